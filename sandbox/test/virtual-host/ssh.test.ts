import { generateKeyPairSync } from 'node:crypto';
import ssh2, { type ParsedKey } from 'ssh2';
import { expect, test } from 'vitest';
import { encode, runner } from './records.ts';
import { clientKey, logIn, makeKey } from './ssh-client.ts';
import { virtualWorld } from './world.ts';

const world = virtualWorld();

test('lets in who has an authorised key, Ed25519 or RSA, and nobody else', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' });
  const parsed = ssh2.utils.parseKey(rsa) as ParsedKey;
  const rsaLine = `ssh-rsa ${parsed.getPublicSSH().toString('base64')} a comment`;
  const host = await world.boot({ authorizedKeys: [clientKey.public, rsaLine, 'not a key'] });
  const { publicIp } = host;
  for (const privateKey of [clientKey.private, rsa]) {
    const session = await logIn(publicIp, world.sshPort, { privateKey });
    expect(await session.exec('true')).toEqual({ exit: 0, out: '', err: '' });
    session.end();
  }
  expect(host.observed().authAttempts).toBe(2);
  const refused = 'All configured authentication methods failed';
  await expect(logIn(publicIp, world.sshPort, { privateKey: makeKey().private })).rejects.toThrow(refused);
  await expect(logIn(publicIp, world.sshPort, { username: 'root' })).rejects.toThrow(refused);
  await expect(logIn(publicIp, world.sshPort, { privateKey: '', password: 'x' })).rejects.toThrow(refused);
  expect(host.observed()).toMatchObject({ connections: 5, execs: 2 });
});

test('a signature by another key than the one it names is refused', async () => {
  const host = await world.boot();
  const own = ssh2.utils.parseKey(clientKey.private) as ParsedKey;
  const other = ssh2.utils.parseKey(makeKey().private) as ParsedKey;
  const liar = Object.assign(Object.create(own), { sign: (data: Buffer) => other.sign(data) }) as ParsedKey;
  const agent = {
    getIdentities: (callback: (error: null, keys: ParsedKey[]) => void) => callback(null, [liar]),
    sign: (_: unknown, data: Buffer, ...more: unknown[]) =>
      (more.at(-1) as (error: null, signature: Buffer) => void)(null, other.sign(data) as Buffer),
  };
  Object.setPrototypeOf(agent, ssh2.BaseAgent.prototype);
  const config = { privateKey: '', agent: agent as unknown as ssh2.BaseAgent };
  await expect(logIn(host.publicIp, world.sshPort, config)).rejects.toThrow('authentication methods failed');
  expect(host.observed().authAttempts).toBe(1);
});

test('shows its own keys, the same at every boot, others than any other host', async () => {
  const host = await world.boot();
  const keys = await host.hostKeys();
  expect(keys.map(({ algorithm }) => algorithm)).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256']);
  for (const { algorithm, publicKey } of keys) {
    const shown: string[] = [];
    const hostVerifier = (key: Buffer) => shown.push(key.toString('base64')) > 0;
    const serverHostKey = [algorithm as 'ssh-ed25519'];
    const session = await logIn(host.publicIp, world.sshPort, { hostVerifier, algorithms: { serverHostKey } });
    session.end();
    expect(shown).toEqual([publicKey]);
  }
  await host.reboot();
  expect(await host.hostKeys()).toEqual(keys);
  expect(await (await world.create()).hostKeys()).not.toEqual(keys);
});

test('any other command is answered with 127 and what it takes', async () => {
  const session = await (await world.boot()).connect();
  const other = await session.exec('rm -rf /');
  expect(other).toMatchObject({ exit: 127, out: '' });
  expect(other.err).toContain('not "rm -rf /"');
  const script = await session.exec('sudo -n bash -s', 'echo hello\n');
  expect(script).toMatchObject({ exit: 127, out: '' });
  expect(script.err).toContain('known-runners.json');
  const changed = Buffer.concat([runner.subarray(0, -1), Buffer.from('#\n'), Buffer.from('FOUNTAIN/1\0')]);
  expect((await session.exec('sudo -n bash -s', changed)).err).toContain(`"bytes":${runner.length + 1}`);
  session.end();
});

test('a program that is not in its vocabulary, or not installed, is answered with 127', async () => {
  const host = await world.boot();
  const unknown = await host.run(['nmap', '-sS', 'localhost']);
  expect(unknown).toEqual({
    exit: 127,
    output: expect.stringMatching(
      /^timeout: failed to run command 'nmap': No such file or directory\nvirtual host: nmap is not/,
    ),
  });
  const { output } = await host.run(['docker', 'ps']);
  expect(output).toBe("timeout: failed to run command 'docker': No such file or directory\n");
});

test('counts what it sees, and shows the programs as ps would', async () => {
  const host = await world.boot();
  const input = encode({
    records: [{ words: ['cat', '/etc/hostname'], guard: ['false'], environment: ['SECRET=s3cret'], stdin: 's3cret' }],
  });
  const session = await host.connect();
  await session.exec('sudo -n bash -s', input);
  await session.exec('true');
  session.end();
  expect(host.observed()).toEqual({
    connections: 1,
    authAttempts: 1,
    execs: 2,
    bytesIn: input.length,
    commandLines: ['false', 'cat /etc/hostname'],
  });
});

test('an address that is taken is refused as the system does, and another one can be had', async () => {
  const host = await world.boot();
  const second = await world.create();
  await expect(second.start(host.publicIp)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await second.start(second.publicIp);
  expect((await second.run(['true'])).exit).toBe(0);
});
