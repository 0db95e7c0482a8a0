import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { virtualWorld } from './world.ts';
import { file } from './world-packages.ts';

const world = virtualWorld();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

test('sha256sum: of files, and lists of sums to be checked', async () => {
  const host = await world.boot();
  await host.send({ records: [file('/root/a', 'a'), file('/root/b', 'b')] });
  expect(await host.run(['sha256sum', '/root/a', '/none'])).toEqual({
    exit: 1,
    output: `${sha256('a')}  /root/a\nsha256sum: /none: No such file or directory\n`,
  });
  const check = async (stdin: string, ...words: string[]) => {
    const { ends } = await host.send({
      records: [{ words: ['sha256sum', '--check', ...words, '-'], stdin, verb: 'run_merged' }],
    });
    return ends[0];
  };
  expect(await check(`${sha256('a')}  /root/a\n`)).toMatchObject({ exit: 0, output: '/root/a: OK\n' });
  expect(await check(`${sha256('a')}  /root/a\n`, '--quiet')).toMatchObject({ exit: 0, output: '' });
  expect(await check(`${sha256('a')}  /root/b\n${sha256('a')}  /gone\n`, '--quiet')).toMatchObject({
    exit: 1,
    output:
      '/root/b: FAILED\nsha256sum: /gone: No such file or directory\n/gone: FAILED open or read\n' +
      'sha256sum: WARNING: 1 listed file could not be read\nsha256sum: WARNING: 1 computed checksum did NOT match\n',
  });
  expect(await check('no sum\n')).toMatchObject({
    exit: 1,
    output: expect.stringContaining('no properly formatted checksum'),
  });
});

test('ls, test and chown', async () => {
  const host = await world.boot();
  await host.send({
    records: [file('/root/x/b', ''), file('/root/x/a', 'a'), file('/root/x/.hidden', ''), file('/root/x/c/d', '')],
  });
  expect((await host.run(['ls', '/root/x/'])).output).toBe('a\nb\nc\n');
  expect((await host.run(['ls', '/root/x/a'])).output).toBe('/root/x/a\n');
  expect(await host.run(['ls', '/root/y'])).toEqual({
    exit: 2,
    output: "ls: cannot access '/root/y': No such file or directory\n",
  });
  const exitOf = async (...words: string[]) => (await host.run(['test', ...words])).exit;
  expect(await exitOf('-e', '/root/x')).toBe(0);
  expect(await exitOf('!', '-e', '/root/x')).toBe(1);
  expect(await exitOf('!', '-e', '/root/y')).toBe(0);
  expect([await exitOf('-d', '/root/x'), await exitOf('-f', '/root/x'), await exitOf('-s', '/root/x/b')]).toEqual([
    0, 1, 1,
  ]);
  expect(await exitOf('-x', '/root/x')).toBe(2);
  expect(await host.run(['chown', 'opensearch:opensearch', '/root/x/a'])).toEqual({
    exit: 1,
    output: "chown: invalid user: 'opensearch:opensearch'\n",
  });
  expect((await host.run(['chown', 'admin:admin', '/root/x/a', '/none'])).output).toContain("cannot access '/none'");
});

test('ss: what listens, by port', async () => {
  const host = await world.boot();
  const listening = ['ss', '--no-header', '--listening', '--tcp', '--numeric', '--processes'];
  expect((await host.run(listening)).output).toMatch(/^LISTEN .*0\.0\.0\.0:22 .*"sshd"/);
  await host.setFault({ type: 'port_taken', port: 8001, program: 'python3' });
  expect((await host.run([...listening, 'sport', '=', ':8001'])).output).toContain('"python3"');
  expect((await host.run([...listening, 'sport', '=', ':80'])).output).toBe('');
  expect((await host.run([...listening, 'dport', '=', ':80'])).exit).toBe(255);
  expect((await host.run(['ss', '--wrong'])).exit).toBe(255);
});

test('curl: --fail, --retry, and a port where something listens that the sandbox does not answer for', async () => {
  const host = await world.boot();
  await host.setFault({ type: 'port_taken', port: 8001, program: 'python3' });
  expect(await host.run(['curl', '--silent', '--show-error', 'http://127.0.0.1:8001/'])).toEqual({
    exit: 52,
    output: 'curl: (52) Empty reply from server\n',
  });
  const patient = [
    'curl',
    '--silent',
    '--retry',
    '5',
    '--retry-all-errors',
    '--retry-delay',
    '3',
    'http://127.0.0.1:1/',
  ];
  const before = Date.now();
  expect((await host.run(patient)).exit).toBe(7);
  expect(Date.now() - before).toBeLessThan(2000);
  expect((await host.run(['curl', '--wrong', 'http://127.0.0.1/'])).exit).toBe(2);
  expect((await host.run(['curl', '--silent', '--data-binary', '@/none', 'http://127.0.0.1/'])).exit).toBe(2);
});

test('openssl: a certificate and its key, which is for root alone', async () => {
  const host = await world.boot();
  const words = ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '9', '-subj', '/CN=x'];
  expect((await host.run([...words, '-keyout', '/root/key.pem', '-out', '/root/cert.pem'])).exit).toBe(0);
  expect((await host.run(['cat', '/root/cert.pem'])).output).toMatch(/^-----BEGIN CERTIFICATE-----/);
  expect((await host.run(['cat', '/root/key.pem'])).output).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  expect((await host.run([...words, '-keyout', '/none/key.pem', '-out', '/root/cert.pem'])).exit).toBe(1);
  expect((await host.run(['openssl', 'x509'])).exit).toBe(1);
});
