import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { smoke } from '../../tools/contract-smoke.ts';

const folder = new URL('../../app-services/core-script-management-api/', import.meta.url);
const times = { createdAt: '2026-11-21T10:00:00.000Z', updatedAt: '2026-11-21T10:00:00.000Z' };
const script = { scriptId: 7, title: 'Romeo and Juliet', author: '', description: '', sequenceNumber: 1, ...times };
const answers: Record<string, [status: number, body: unknown]> = {
  'POST /scripts': [201, { scriptId: 7, sequenceNumber: 1, ...times }],
  'GET /scripts/7': [200, script],
  'GET /scripts': [200, [script]],
};

/** The verdict on a server that gives the answers for scripts, these in place of the usual. */
async function verdict(spoilt: typeof answers = {}) {
  const server = createServer((request, response) => {
    const [status, body] = { ...answers, ...spoilt }[`${request.method} ${request.url}`] ?? [404, {}];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return smoke(url, folder);
}

test('a service that answers by its contract passes', async () => {
  expect(await verdict()).toEqual(['createScript 201', 'getScriptById 200', 'listScripts 200']);
});

test.each<[what: string, spoilt: typeof answers, why: string]>([
  ['that creates nothing', { 'POST /scripts': [503, { status: 503 }] }, 'createScript'],
  [
    'that answers what is not in the contract',
    { 'POST /scripts': [418, {}] },
    'createScript 418 is not in the contract',
  ],
  ['that leaves a field out', { 'GET /scripts/7': [200, { ...script, title: undefined }] }, 'getScriptById 200'],
  ['that lists nothing', { 'GET /scripts': [200, []] }, 'does not list what was created'],
])('a service %s does not', async (_what, spoilt, why) => {
  await expect(verdict(spoilt)).rejects.toThrow(why);
});
