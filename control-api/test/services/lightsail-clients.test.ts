import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createLightsailClients } from '../../src/services/lightsail/clients.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKID');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  return () => vi.unstubAllEnvs();
});

/** A server that answers every request the same way and counts them. */
async function serving(answer: Answer) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    seen.push(`${request.headers['x-amz-target']} ${/\d{8}\/([^/]+)/.exec(request.headers.authorization ?? '')?.[1]}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const failing: Answer = (_, response) => {
  response.writeHead(500, { 'content-type': 'application/x-amz-json-1.1' });
  response.end('{"__type":"ServiceException","message":"oops"}');
};

test('a reading client tries three times, a creating one once', async () => {
  const { seen, endpoint } = await serving(failing);
  const clientFor = createLightsailClients({ endpoint });
  const reading = await clientFor('eu-central-1', 'read');
  await expect(reading.getInstances({})).rejects.toMatchObject({ name: 'ServiceException' });
  expect(seen).toEqual(Array(3).fill('Lightsail_20161128.GetInstances eu-central-1'));
  const creating = await clientFor('eu-west-1', 'create');
  await expect(creating.importKeyPair({ keyPairName: 'k', publicKeyBase64: 'x' })).rejects.toThrow();
  expect(seen.slice(3)).toEqual(['Lightsail_20161128.ImportKeyPair eu-west-1']);
});

test('a client is made once per region and purpose', async () => {
  const clientFor = createLightsailClients();
  expect(await clientFor('eu-central-1', 'read')).toBe(await clientFor('eu-central-1', 'read'));
  expect(await clientFor('eu-central-1', 'read')).not.toBe(await clientFor('eu-central-1', 'create'));
  expect(await clientFor('eu-central-1', 'read')).not.toBe(await clientFor('eu-west-1', 'read'));
});

test('AWS_ENDPOINT_URL_LIGHTSAIL redirects without a setting of ours', async () => {
  const { seen, endpoint } = await serving((_, response) => response.end('{"instances":[]}'));
  vi.stubEnv('AWS_ENDPOINT_URL_LIGHTSAIL', endpoint);
  const client = await createLightsailClients()('eu-central-1', 'read');
  expect(await client.getInstances({})).toMatchObject({ instances: [] });
  expect(seen).toHaveLength(1);
});

test('a request that is never answered ends by itself', async () => {
  const { endpoint } = await serving(() => {});
  const client = await createLightsailClients({ endpoint, requestTimeoutMs: 100 })('eu-central-1', 'create');
  await expect(client.getInstances({})).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});
