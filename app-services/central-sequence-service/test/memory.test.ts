import { databases, startProcess } from '@fountainai/service-kit/testing';
import { expect, onTestFinished, test } from 'vitest';

const server = new URL('../src/server.ts', import.meta.url);

databases('a page of versions', ({ fresh }) => {
  test('that memory has no room for is refused, and not read to find that out', async () => {
    const { config, drop } = await fresh();
    // As little as its image gives it.
    const env = { NODE_OPTIONS: '--max-old-space-size=48' };
    const { url, kill, ended } = await startProcess(server, { config, env });
    onTestFinished(async () => {
      kill('SIGKILL');
      await ended;
      await drop();
    });
    const of = { elementType: 'script', elementId: 1 };
    const body = JSON.stringify({ ...of, newVersionData: { text: 'x'.repeat(1_000_000) } });
    const headers = { 'content-type': 'application/json' };
    for (let made = 0; made < 60; made++) await fetch(`${url}/sequence/version`, { method: 'POST', headers, body });
    const list = await fetch(`${url}/sequence/version?elementType=script&elementId=1`);
    expect(list.status).toBe(413);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});
