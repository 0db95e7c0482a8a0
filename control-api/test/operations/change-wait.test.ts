import { expect, test } from 'vitest';
import { awaitChange } from '../../src/operations/change-wait.ts';
import { fakeClock, fakeContext } from './cloud-fakes.ts';

function watch(isInSync: (looks: number) => boolean, change = { id: 'C1' as string | undefined, inSync: null }) {
  const clock = fakeClock();
  const told: string[] = [];
  let looks = 0;
  const route53 = { isInSync: async () => isInSync(++looks) };
  const step = awaitChange(change, fakeContext(clock), { route53, clock, pollMs: 2000 });
  return { clock, change, told, looks: () => looks, ran: () => step.run((text) => told.push(text)) };
}

test('a change is looked at soon, then less often, until it is in sync; it is told once', async () => {
  const { ran, clock, change, told } = watch((looks) => looks === 6);
  expect(await ran()).toEqual({ detail: 'change C1 is INSYNC' });
  expect(clock.slept).toEqual([100, 200, 400, 800, 1600]);
  expect(change.inSync).toBe(true);
  expect(told).toEqual([expect.stringContaining('change C1 is PENDING')]);
});

test('a change that stays pending is given up before the deadline of its operation', async () => {
  const { ran, clock } = watch(() => false);
  await expect(ran()).rejects.toMatchObject({
    code: 'timed_out',
    message: expect.stringContaining('still PENDING'),
    // Also for a zone, whose call knows no "wait".
    hint: 'Route 53 goes on by itself; the same call changes nothing more, and tells what it has.',
  });
  expect(clock.slept.reduce((sum, ms) => sum + ms)).toBeLessThan(290_000);
});

test('a change whose name was lost is not asked for', async () => {
  const { ran, looks } = watch(() => true, { id: undefined, inSync: null });
  expect(await ran()).toEqual({ detail: expect.stringContaining('not known') });
  expect(looks()).toBe(0);
});
