import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { smoke } from '../../tools/contract-smoke.ts';
import { standIn } from '../../tools/stand-in-services.ts';

const root = new URL('../../', import.meta.url);
const folderOf = (service: string) => new URL(`app-services/${service}/`, root);
const services = globSync('app-services/*/openapi.yaml', { cwd: root.pathname }).map(
  (file) => file.split('/')[1] ?? '',
);
const folder = folderOf('core-script-management-api');
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
  return smoke(await open(server), folder);
}

/** Until the test ends. Returns its address. */
async function open(server: Server): Promise<string> {
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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

test('there are five contracts', () => {
  expect(services).toHaveLength(5);
});

test.each(services)('%s passes when it answers with the examples of its contract', async (service) => {
  const seen = await smoke(await open(await standIn([folderOf(service)])), folderOf(service));
  expect(seen.length).toBeGreaterThan(1);
  for (const answer of seen) expect(answer).toMatch(/ 20[01]$/);
});

/** Each declared by one contract or another: to keep it is not enough. */
const failures: [status: number, errorCode: string][] = [
  [400, 'invalid_request'],
  [404, 'not_found'],
  [500, 'internal_error'],
  [502, 'peer_answer'],
  [503, 'peer_unavailable'],
];
test.each(services.flatMap((service) => failures.map(([status, errorCode]) => [service, status, errorCode] as const)))(
  '%s does not when it answers everything with %i %s',
  async (service, status, errorCode) => {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: 'No.', errorCode }));
    });
    await expect(smoke(await open(server), folderOf(service))).rejects.toThrow(String(status));
  },
);

/** The program itself, asking whoever is at the address; returns its own. */
async function openStories(peers: string): Promise<string> {
  const env = { CORE_SCRIPT_URL: peers, CHARACTER_URL: peers, SESSION_CONTEXT_URL: peers };
  const own = { HOST: '127.0.0.1', PORT: '0', DRAIN_MS: '0', DATA_DIR: mkdtempSync(join(tmpdir(), 'stories-')) };
  const child = spawn(process.execPath, ['src/server.ts'], {
    cwd: folderOf('story-factory-api').pathname,
    env: { ...env, ...own },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
    rmSync(own.DATA_DIR, { recursive: true });
  });
  for await (const line of createInterface(child.stdout)) {
    const found = /listening at (http:[^" ]+)/.exec(line)?.[1];
    if (found) return found;
  }
  throw new Error('it ended');
}

test('story-factory-api passes with those who stand in for the services that it asks, and without does not', async () => {
  const others = await open(await standIn(services.filter((name) => name !== 'story-factory-api').map(folderOf)));
  const seen = ['getFullStory 200', 'getStorySequences 200', 'validateStory 200'];
  expect(await smoke(await openStories(others), folderOf('story-factory-api'))).toEqual(seen);
  const nobody = await open(createServer((_request, response) => void response.destroy()));
  await expect(smoke(await openStories(nobody), folderOf('story-factory-api'))).rejects.toThrow(
    'getFullStory answered 503',
  );
});
