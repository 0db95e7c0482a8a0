import { Agent, get } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { type ServiceProcess, startProcess } from '../testing/index.ts';

let service: ServiceProcess;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
beforeEach(async () => {
  service = await startProcess(new URL('thing-server.ts', import.meta.url), {
    config: loadConfig({}),
    env: { DRAIN_MS: '1500' },
  });
});
afterEach(() => {
  agent.destroy();
  service.kill('SIGKILL');
});

/** Over one connection that is kept. */
const kept = (path: string) =>
  new Promise<{ status: number; port: number | undefined; closed: Promise<unknown> }>((answered, failed) => {
    get(`${service.url}${path}`, { agent }, (response) => {
      const port = response.socket.localPort;
      const closed = new Promise((done) => response.socket.once('close', done));
      response.resume().once('end', () => answered({ status: response.statusCode ?? 0, port, closed }));
    }).once('error', failed);
  });
const status = async (path: string) => (await fetch(`${service.url}${path}`)).status;

test('SIGTERM: not ready at once, served on, what is under way answered, then an end', async () => {
  await expect.poll(() => service.log.join()).toContain('"peers":{"store":"not set"}');
  const first = await kept('/ready');
  const long = fetch(`${service.url}/things?kind=slow&limit=1800`);
  service.kill('SIGTERM');
  await expect.poll(() => status('/ready')).toBe(503);
  // As of a gateway that has not noticed yet: what it sends on a connection that was idle is answered, the last time on it.
  const last = await kept('/things?kind=a&limit=1');
  expect(last).toMatchObject({ status: 200, port: first.port });
  await last.closed;
  expect(await status('/health')).toBe(200);
  expect(await status('/things?kind=a&limit=1')).toBe(200);
  expect((await long).status).toBe(200);
  expect(await service.ended).toBe('0');
  expect(service.log).toContain('closed');
});

test('what nobody foresaw is in the log, with the id of its request', async () => {
  const headers = { 'x-request-id': 'abc-1' };
  expect((await fetch(`${service.url}/things/1`, { method: 'DELETE', headers })).status).toBe(500);
  await expect.poll(() => service.log.find((line) => line.includes('broken on purpose'))).toContain('"reqId":"abc-1"');
});
