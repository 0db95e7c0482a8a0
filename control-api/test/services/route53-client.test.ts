import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createRoute53Client } from '../../src/services/route53/client.ts';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKID');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  return () => vi.unstubAllEnvs();
});

const error = (code: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>said</Message></Error></ErrorResponse>`;

/** A server that answers 400 with these bodies, one after the other, and the last one for ever; undefined: never. */
async function serving(...bodies: (string | undefined)[]) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const body = bodies[Math.min(seen.length, bodies.length - 1)];
    seen.push(`${request.method} ${request.url}`);
    if (body !== undefined) response.writeHead(400, { 'content-type': 'text/xml' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('PriorRequestNotComplete is tried again, an answer that is final is not; the client is made once', async () => {
  const { seen, endpoint } = await serving(error('PriorRequestNotComplete'), error('NoSuchHostedZone'));
  const open = createRoute53Client({ endpoint });
  const client = await open();
  expect(await open()).toBe(client);
  await expect(client.getHostedZone({ Id: 'Z1' })).rejects.toMatchObject({ name: 'NoSuchHostedZone', message: 'said' });
  expect(seen).toEqual(Array(2).fill('GET /2013-04-01/hostedzone/Z1'));
});

test('AWS_ENDPOINT_URL_ROUTE_53 redirects without a setting of ours', async () => {
  const { seen, endpoint } = await serving(error('AccessDenied'));
  vi.stubEnv('AWS_ENDPOINT_URL_ROUTE_53', endpoint);
  const client = await createRoute53Client()();
  await expect(client.listHostedZones({})).rejects.toMatchObject({ name: 'AccessDenied' });
  expect(seen).toHaveLength(1);
});

test('a request that is never answered ends by itself', async () => {
  const { endpoint } = await serving(undefined);
  const client = await createRoute53Client({ endpoint, requestTimeoutMs: 50 })();
  await expect(client.listHostedZones({})).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});
