import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { shareWorld } from '../test/shared-world.ts';
import { type ControlApi, createInstance, REGION } from '../world.ts';

const server = new URL('../../control-api/src/server.ts', import.meta.url).pathname;
const world = shareWorld();
const control = () => world().sandbox.control;

afterEach(() => control().faults.clear());

interface Ended {
  code: number | null;
  said: string;
}

/** Starts a control API that is expected to refuse. */
async function startAndEnd(env: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, [server], { env: { PATH: process.env.PATH, PORT: '0', ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, said };
}

/** A deployment that stays in the midst of its steps, on a host that takes its time once the facts are read. */
async function deployInTheMidst(api: ControlApi, name: string) {
  const ip = await createInstance(api, name, { bundle_id: 'nano_3_0' });
  const body = { instance_ip: ip, ssh_key_path: world().keyPath, docker_image: 'ghcr.io/user/repo/my-app:latest' };
  const execs = (count: number) =>
    vi.waitFor(() => expect(control().observed(name)?.execs).toBe(count), { timeout: 15_000, interval: 10 });
  await control().setHostFaults(name, [{ type: 'slow', delayMs: 200 }]);
  const answer = api.post('/services/deploy-docker-app', body).catch(() => undefined);
  await execs(1);
  await control().setHostFaults(name, [{ type: 'slow', delayMs: 10_000 }]);
  await execs(2);
  const { body: list } = await api.get('/operations?status=running');
  return { body, answer, id: list.operations[0].id as string };
}

describe('an operation under way', () => {
  test('SIGTERM interrupts it, the process ends with 0, and the next one finishes by the same call', async () => {
    const api = await world.anotherApi();
    const { body, answer, id } = await deployInTheMidst(api, 'told-to-end');
    const code = await api.end('SIGTERM');
    expect(code).toBe(0);
    const told = await answer;
    if (told) expectFailure(told, 503, 'shutting_down');
    await finishes(api.dataDir, id, 'told-to-end', body);
  });

  test('kill -9 leaves it behind; the next start settles it as interrupted, and the same call finishes', async () => {
    const api = await world.anotherApi();
    const { body, id } = await deployInTheMidst(api, 'killed');
    await api.end('SIGKILL');
    await finishes(api.dataDir, id, 'killed', body);
  });

  async function finishes(dataDir: string, id: string, name: string, body: object): Promise<void> {
    await control().setHostFaults(name, []);
    const next = await world.anotherApi({ DATA_DIR: dataDir });
    const left = await next.get(`/operations/${id}`);
    expect(left.body).toMatchObject({ status: 'interrupted', error: { hint: expect.stringMatching(/repeat/i) } });
    expect((await next.get('/operations?status=running')).body.operations).toEqual([]);
    expect((await next.post('/services/deploy-docker-app', body)).body).toMatchObject({ status: 'success' });
    expectSuccess(await next.post('/services/deploy-docker-app', body), false);
    await next.end('SIGTERM');
  }

  test('kill -9 while an instance is made: the same call finds it, and makes no second one', async () => {
    const api = await world.anotherApi();
    control().faults.add({ type: 'no_public_ip', instance: 'orphan' });
    const before = control().calls().CreateInstances ?? 0;
    const lost = createInstance(api, 'orphan').catch(() => undefined);
    await vi.waitFor(() => expect(control().calls().CreateInstances).toBe(before + 1), {
      timeout: 10_000,
      interval: 10,
    });
    await api.end('SIGKILL');
    await lost;
    control().faults.clear();
    const next = await world.anotherApi({ DATA_DIR: api.dataDir });
    await createInstance(next, 'orphan');
    expect(control().calls().CreateInstances).toBe(before + 1);
    await next.end('SIGTERM');
  });
});

test('asked to end, it ends with 0, and what it prints is JSON lines only', async () => {
  const api = await world.anotherApi();
  await api.get('/operations');
  expect(await api.end('SIGTERM')).toBe(0);
  for (const line of api.output().trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
});

describe('DATA_DIR', () => {
  const folder = async (name: string) => {
    const path = join(world().dataDir, name);
    await mkdir(path);
    return path;
  };

  test('owned by another process: the second one refuses to start, the first one works on', async () => {
    const { code, said } = await startAndEnd({ DATA_DIR: world().dataDir });
    expect(code).toBe(1);
    expect(said).toContain('data_dir_in_use');
    expect(said).not.toMatch(/\n\s+at /);
    await createInstance(world().api, 'still-works');
  });

  test('corrupt: refused, and left as it is', async () => {
    const path = await folder('corrupt');
    const journal = join(path, 'journal.sqlite');
    await writeFile(journal, 'SQLite format 3\0 and then nothing that makes sense '.repeat(200));
    await copyFile(journal, join(path, 'before'));
    const { code, said } = await startAndEnd({ DATA_DIR: path });
    expect(code).toBe(1);
    expect(said).toMatch(/journal/);
    expect(said).not.toMatch(/\n\s+at /);
    expect((await readdir(path)).sort()).toEqual(expect.arrayContaining(['before', 'journal.sqlite']));
  });

  test('a file: refused', async () => {
    const path = join(world().dataDir, 'a-file');
    await writeFile(path, '');
    const { code, said } = await startAndEnd({ DATA_DIR: path });
    expect(code).toBe(1);
    expect(said).toMatch(/journal/);
  });

  test('full: nothing is started any more, reading goes on, and with room again all is there', async () => {
    const before = await world.anotherApi();
    await createInstance(before, 'before-it-was-full');
    await before.end('SIGTERM');
    // No file may become larger than so many KiB: the journal cannot grow, as on a full disk.
    const api = await world.anotherApi({ DATA_DIR: before.dataDir }, ['bash', '-c', 'ulimit -f 160; exec "$@"', '-']);
    const wish = { key_pair_name: 'a-pair', region: REGION };
    const made = () => control().calls().ImportKeyPair ?? 0;
    const makePair = async (turn: number) => {
      const { ImportKeyPair } = control().calls();
      const answer = await api.post('/aws/lightsail/create-key-pair', { ...wish, key_pair_name: `pair-${turn}` });
      return { answer, asked: made() - (ImportKeyPair ?? 0) };
    };
    let turn = 0;
    let last = await makePair(turn);
    while (last.answer.status === 200 && turn < 200) last = await makePair(++turn);
    expect(turn).toBeGreaterThan(0);
    const refused = await makePair(turn + 1);
    expectFailure(refused.answer, 503, 'journal_unavailable');
    expect(refused.asked).toBe(0);
    expect((await api.get(`/aws/lightsail/instances?region=${REGION}`)).status).toBe(200);
    await api.end('SIGTERM');
    const after = await world.anotherApi({ DATA_DIR: before.dataDir });
    expect((await after.get('/operations?limit=200')).body.operations.length).toBeGreaterThan(turn);
    expectSuccess(await after.post('/aws/lightsail/create-key-pair', { ...wish, key_pair_name: 'pair-0' }), false);
    await after.end('SIGTERM');
  });

  test('read-only: refused', async (context) => {
    context.skip(process.getuid?.() === 0, 'root can write everywhere; run as another user to see this one');
    const path = await folder('read-only');
    await chmod(path, 0o500);
    const { code, said } = await startAndEnd({ DATA_DIR: path });
    expect(code).toBe(1);
    expect(said).toMatch(/journal/);
  });
});

test('settings that cannot be used are told all at once, without their values', async () => {
  const env = { PORT: 'many', AWS_REGION: 'mars', DOCKER_SOURCE: 'snap', SYNC_LIMIT_S: '-1', HOST: '0.0.0.0' };
  const { code, said } = await startAndEnd({ ...env, CONTROL_API_TOKEN: 'to ken canary' });
  expect(code).toBe(1);
  for (const name of [...Object.keys(env).filter((name) => name !== 'HOST'), 'CONTROL_API_TOKEN']) {
    expect(said).toContain(name);
  }
  expect(said).not.toContain('canary');
});

test('beyond loopback it does not start without a token', async () => {
  const { code, said } = await startAndEnd({ HOST: '0.0.0.0', DATA_DIR: join(world().dataDir, 'open') });
  expect(code).toBe(1);
  expect(said).toContain('CONTROL_API_TOKEN');
});
