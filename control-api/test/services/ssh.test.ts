import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../src/lib/clock.ts';
import { fingerprint } from '../../src/services/ssh/host-key.ts';
import { createSsh, type SshConnection } from '../../src/services/ssh.ts';
import { clientKey, hostKeys, publicKeyOf, startServer, type TestServer } from './ssh/server.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function server(options?: Parameters<typeof startServer>[0]): Promise<TestServer> {
  const started = await startServer(options);
  cleanups.push(() => started.close());
  return started;
}

/** A server that speaks no SSH: what it does with a connection is the test's. */
async function rawServer(onSocket: (socket: Socket) => void): Promise<number> {
  const raw: Server = createServer((socket) => onSocket(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(raw, 'listening');
  cleanups.push(() => raw.close());
  return (raw.address() as AddressInfo).port;
}

/** Time passes only when somebody sleeps; `onSleep` is what happens meanwhile. */
function fakeClock(onSleep: (count: number) => unknown = () => {}): Clock & { slept(): number } {
  let now = 0;
  let count = 0;
  return {
    now: () => new Date(now),
    async sleep(ms, signal) {
      now += ms;
      await onSleep(++count);
      signal?.throwIfAborted();
    },
    slept: () => count,
  };
}

const quick = () => createSsh({ clock: fakeClock(), retryWindowMs: 0 });

async function connected(options?: Parameters<typeof startServer>[0]): Promise<[SshConnection, TestServer]> {
  const host = await server(options);
  const connection = await quick().connect(host.login());
  cleanups.push(() => connection.cut());
  return [connection, host];
}

async function run(connection: SshConnection, command: string, input = '') {
  const lines: string[] = [];
  return { ...(await connection.exec(command, input, (line) => lines.push(line))), lines };
}

describe('exec', () => {
  test('gives stdin, tells each line as it is, both outputs and the exit code', async () => {
    const [connection] = await connected();
    expect(await run(connection, 'cat; echo; echo é; printf end; echo why >&2; exit 7', 'one\ntwo')).toEqual({
      lines: ['one', 'two', 'é', 'end'],
      exit: 7,
      stderr: 'why\n',
      lost: false,
    });
    expect(await run(connection, 'true')).toEqual({ lines: [], exit: 0, stderr: '', lost: false });
  });

  test('has read everything when it settles, also more than fits into a window', async () => {
    const [connection] = await connected();
    const { lines } = await run(connection, 'seq 300000; seq 300000 >&2');
    expect([lines.length, lines.at(-1)]).toEqual([300_000, '300000']);
  });

  test('keeps the last 4 KiB of the second output', async () => {
    const [connection] = await connected();
    const { stderr } = await run(connection, 'seq 5000 >&2');
    expect([stderr.length, stderr.endsWith('4999\n5000\n')]).toEqual([4096, true]);
  });

  test('a program that does not read its input ends as it wants to', async () => {
    const [connection] = await connected();
    expect(await run(connection, 'exit 3', 'x'.repeat(500_000))).toMatchObject({ exit: 3, lost: false });
  });

  test('keeps characters whole that arrive in two parts, and cuts endless lines into pieces', async () => {
    const word = Buffer.from('é\u{1f9e8}');
    const [connection] = await connected({
      async onExec(_, channel) {
        for (const byte of word) {
          channel.write(Buffer.of(byte));
          await new Promise(setImmediate);
        }
        channel.write(`\n${'x'.repeat(5_000_000)}\nend`);
        channel.exit(0);
        channel.end();
      },
    });
    const { lines } = await run(connection, 'any');
    expect(lines[0]).toBe('é\u{1f9e8}');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(2_200_000);
    expect(lines.slice(1).join('')).toBe(`${'x'.repeat(5_000_000)}end`);
  });

  test('a program ended by a signal has no exit code, but is not lost', async () => {
    const [connection] = await connected();
    expect(await run(connection, 'kill -9 $$')).toMatchObject({ exit: null, lost: false });
  });

  test('is lost when the connection breaks, before, meanwhile and after', async () => {
    const [connection] = await connected({
      onExec(_, channel, cut) {
        channel.write('begun\nhalf', () => cut());
      },
    });
    expect(await run(connection, 'any')).toEqual({ lines: ['begun', 'half'], exit: null, stderr: '', lost: true });
    expect(await run(connection, 'any')).toEqual({ lines: [], exit: null, stderr: '', lost: true });
  });

  test('is lost at once when it is cut, though the other side is silent', async () => {
    const silent = Promise.withResolvers<void>();
    const [connection, host] = await connected({ onExec: () => silent.resolve() });
    const running = run(connection, 'any');
    await silent.promise;
    for (const socket of host.sockets) socket.pause();
    connection.cut();
    expect(await running).toMatchObject({ exit: null, lost: true });
  });

  test('is lost when the connection was cut or ended just before, and not yet closed', async () => {
    for (const leave of ['cut', 'end'] as const) {
      const [connection] = await connected();
      connection[leave]();
      expect(await run(connection, 'true')).toMatchObject({ exit: null, lost: true });
    }
  });

  test('many run on one connection', async () => {
    const [connection, host] = await connected();
    const results = await Promise.all([1, 2, 3, 4, 5].map((n) => run(connection, `exit ${n}`)));
    expect(results.map(({ exit }) => exit)).toEqual([1, 2, 3, 4, 5]);
    expect(host.seen.connections).toBe(1);
  });
});

describe('host keys', () => {
  test('another key of the same kind ends it before any login, told with both fingerprints and not tried again', async () => {
    const clock = fakeClock();
    const host = await server();
    const pinned = publicKeyOf(hostKeys.other);
    const login = host.login({ hostKeys: [pinned] });
    await expect(createSsh({ clock }).connect(login)).rejects.toMatchObject({
      code: 'host_key_changed',
      message: expect.stringMatching(
        new RegExp(`${quoted(shown(hostKeys.ed25519))}.*pinned.*${quoted(shown(hostKeys.other))}`),
      ),
    });
    expect({ ...host.seen, slept: clock.slept() }).toMatchObject({ connections: 1, authAttempts: 0, slept: 0 });
  });

  test('a host without any key of a pinned kind is told the same way', async () => {
    const host = await server({ keys: [hostKeys.rsa] });
    const login = host.login({ hostKeys: [publicKeyOf(hostKeys.ed25519)] });
    await expect(quick().connect(login)).rejects.toMatchObject({
      code: 'host_key_changed',
      message: expect.stringContaining(shown(hostKeys.rsa)),
    });
    expect(host.seen.authAttempts).toBe(0);
  });

  test('only kinds that are pinned are asked for: a host with more kinds shows that one', async () => {
    const host = await server({ keys: [hostKeys.ed25519, hostKeys.rsa] });
    const connection = await quick().connect(host.login({ hostKeys: [publicKeyOf(hostKeys.rsa)] }));
    expect(await run(connection, 'true')).toMatchObject({ exit: 0 });
    connection.end();
  });

  test.each([
    ['none', []],
    ['of an unknown kind', [{ algorithm: 'ssh-dss', publicKey: 'AAAA' }]],
  ])('a pin that is %s lets nobody in', async (_, pins) => {
    const host = await server();
    await expect(quick().connect(host.login({ hostKeys: pins }))).rejects.toMatchObject({ code: 'host_key_unknown' });
    expect(host.seen.connections).toBe(0);
  });

  test('the key that a host shows is read without logging in', async () => {
    const host = await server();
    expect(await quick().presentedHostKey({ host: '127.0.0.1', port: host.port })).toEqual({
      ...publicKeyOf(hostKeys.ed25519),
      fingerprint: shown(hostKeys.ed25519),
    });
    expect(host.seen.authAttempts).toBe(0);
    await host.close();
    await expect(quick().presentedHostKey({ host: '127.0.0.1', port: host.port })).rejects.toMatchObject({
      code: 'host_unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('of several keys, the one that it shows is of the kind that was asked for', async () => {
    const host = await server({ keys: [hostKeys.ed25519, hostKeys.rsa] });
    const among = [publicKeyOf(hostKeys.rsa)];
    expect(await quick().presentedHostKey({ host: '127.0.0.1', port: host.port, among })).toMatchObject(among[0] ?? {});
  });

  test('a fingerprint has the form of OpenSSH', () => {
    const blob = Buffer.from('any blob').toString('base64');
    const digest = createHash('sha256').update('any blob').digest('base64');
    expect(fingerprint(blob)).toBe(`SHA256:${digest.slice(0, 43)}`);
    expect(fingerprint(blob)).not.toContain('=');
  });
});

describe('a host that does not let us in', () => {
  test('a refused key or user is told as such, once', async () => {
    const clock = fakeClock();
    const host = await server();
    const refused = { code: 'host_unreachable', message: expect.stringContaining('refuses ubuntu with this key') };
    await expect(createSsh({ clock }).connect(host.login({ username: 'ubuntu' }))).rejects.toMatchObject(refused);
    expect({ connections: host.seen.connections, slept: clock.slept() }).toEqual({ connections: 1, slept: 0 });
  });

  test('a refused port is tried again every half second until it answers', async () => {
    const first = await startServer();
    await first.close();
    const clock = fakeClock(async (count) => {
      if (count === 3) await server({ port: first.port });
    });
    const connection = await createSsh({ clock }).connect(first.login());
    expect(clock.slept()).toBe(3);
    connection.end();
  });

  test('and given up after the window, saying what was seen', async () => {
    const gone = await startServer();
    await gone.close();
    const clock = fakeClock();
    await expect(createSsh({ clock, retryWindowMs: 2000 }).connect(gone.login())).rejects.toMatchObject({
      code: 'host_unreachable',
      message: expect.stringMatching(/127\.0\.0\.1:\d+ .*ECONNREFUSED/),
    });
    expect(clock.slept()).toBe(4);
  });

  test('a connection that is closed or reset before the login is tried again', async () => {
    let count = 0;
    const port = await rawServer((socket) => {
      count += 1;
      if (count % 2) socket.destroy();
      else socket.resetAndDestroy();
    });
    const login = { ...(await server()).login(), port };
    await expect(createSsh({ clock: fakeClock(), retryWindowMs: 1000 }).connect(login)).rejects.toMatchObject({
      code: 'host_unreachable',
    });
    expect(count).toBe(3);
  });

  test('a silent one, and one that speaks something else, are no hosts', async () => {
    const silent = await rawServer((socket) => cleanups.push(() => void socket.destroy()));
    const web = await rawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const login = (await server()).login();
    const ssh = createSsh({ clock: fakeClock(), connectTimeoutMs: 100, retryWindowMs: 0 });
    const unreachable = (message: RegExp) => ({ code: 'host_unreachable', message: expect.stringMatching(message) });
    await expect(ssh.connect({ ...login, port: silent })).rejects.toMatchObject(unreachable(/Timed out/));
    await expect(ssh.connect({ ...login, port: web })).rejects.toMatchObject(unreachable(/does not answer over SSH/));
    await expect(ssh.presentedHostKey({ host: '127.0.0.1', port: silent })).rejects.toMatchObject(unreachable(/Timed/));
  });

  test('is not waited for any longer once the signal says so', async () => {
    const abort = new AbortController();
    const silent = await rawServer((socket) => {
      cleanups.push(() => void socket.destroy());
      abort.abort(new Error('enough'));
    });
    const login = (await server()).login();
    await expect(quick().connect({ ...login, port: silent }, abort.signal)).rejects.toThrow('enough');
    await expect(quick().connect(login, abort.signal)).rejects.toThrow('enough');
  });

  test('nor tried again once the signal says so', async () => {
    const gone = await startServer();
    await gone.close();
    const abort = new AbortController();
    const clock = fakeClock(() => abort.abort(new Error('enough')));
    await expect(createSsh({ clock }).connect(gone.login(), abort.signal)).rejects.toThrow('enough');
    expect(clock.slept()).toBe(1);
  });

  test('errors never tell the key', async () => {
    const host = await server();
    const error = await quick()
      .connect(host.login({ username: 'x' }))
      .catch((reason) => reason);
    expect(JSON.stringify([error.message, error.stack, error])).not.toContain(clientKey.split('\n')[2]);
  });
});

const shown = (privateKey: string) => fingerprint(publicKeyOf(privateKey).publicKey);
const quoted = (text: string) => text.replace(/[+/]/g, '\\$&');
