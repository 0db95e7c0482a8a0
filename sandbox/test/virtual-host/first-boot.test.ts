import { expect, test } from 'vitest';
import { virtualWorld } from './world.ts';

/** A tenth of real time, so that something of the first boot is left to be seen. */
const world = virtualWorld({ timeScale: 0.1, firstBootMs: 3000 });

test('cloud-init runs on the first boot, can be waited for, and apt is there meanwhile', async () => {
  const host = await world.boot();
  expect(await host.run(['cloud-init', 'status'])).toEqual({ exit: 0, output: 'status: running\n' });
  const waited = await host.run(['cloud-init', 'status', '--wait']);
  expect(waited.output).toMatch(/^\.+\nstatus: done\n$/);
  const late = await host.send({ records: [{ words: ['apt-get', 'update'], timeoutS: 1 }] });
  expect(late.ends[0]).toMatchObject({ outcome: 'failed', exit: 124 });
});
