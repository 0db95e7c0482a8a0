import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'fountain-preload-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'names.json');
const preload = `${new URL('../images/preload.ts', import.meta.url).href}?${new URLSearchParams({ names: file })}`;
const processes = new URL('../src/virtual-host/docker/processes.ts', import.meta.url).href;

/** What a program says that looks up names, one after the other, in these ways. */
async function lookedUp(...names: string[]): Promise<string[]> {
  const program = `
    import dns from 'node:dns';
    import { promisify } from 'node:util';
    for (const name of ${JSON.stringify(names)}) {
      const found = await promisify(dns.lookup)(name, { all: true }).catch((error) => error.code);
      console.log(JSON.stringify(found));
    }
    await fetch('http://' + ${JSON.stringify(names[0])} + ':8899/').catch(({ cause }) => console.log(cause.message));`;
  const child = spawn(process.execPath, ['--import', preload, '--input-type=module', '-e', program]);
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'close');
  return text.trim().split('\n');
}

test('names of the network are found, others without a dot are nobody’s, and an address is an address', async () => {
  writeFileSync(file, '{"peer":"127.0.0.9"}');
  const found = await lookedUp('peer', 'PEER', 'nobody', '127.0.0.1');
  const address = JSON.stringify([{ address: '127.0.0.9', family: 4 }]);
  const [first, second, third, fourth, tried] = found;
  expect([first, second, third]).toEqual([address, address, '"ENOTFOUND"']);
  expect(fourth).toContain('127.0.0.1');
  expect(tried).toContain('ECONNREFUSED 127.0.0.9:8899');
});

test('a network that nobody has joined has no names', async () => {
  rmSync(file);
  expect((await lookedUp('peer'))[0]).toBe('"ENOTFOUND"');
});

test('a program ends with the sandbox, even when that is killed', async () => {
  const server =
    "require('node:net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
  const words = JSON.stringify(['node', '--import', preload, '-e', server]);
  const sandbox = `import(${JSON.stringify(processes)}).then(({ createProcesses }) =>
    createProcesses().spawn(${words}, {}, (_, port) => console.log(port)))`;
  const child = spawn(process.execPath, ['-e', sandbox]);
  const [port] = await once(child.stdout, 'data').then(([chunk]) => [Number(String(chunk))]);
  expect(await listens(port)).toBe(true);
  child.kill('SIGKILL');
  while (await listens(port)) await delay(20);
});

function listens(port = 0): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
