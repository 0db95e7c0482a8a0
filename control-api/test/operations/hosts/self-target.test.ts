import { describe, expect, test } from 'vitest';
import type { PlanItem, Step } from '../../../src/lib/command.ts';
import type { HostPlanner } from '../../../src/operations/hosts/host-plan.ts';
import type { HostTarget } from '../../../src/operations/hosts/host-target.ts';
import { withoutOwnEnd } from '../../../src/operations/hosts/self-target.ts';
import { removeContainer, removeIfThere, rename, runDocker, startAgain, stop } from '../../../src/recipes/app/steps.ts';
import { fakeClock, fakeContext } from '../cloud-fakes.ts';

const id = 'a'.repeat(64);
const host = { label: 'instance eu-central-1/apps' } as HostTarget;
const restart = runDocker('Restart control', 'restart', '--time', '10', 'control');
const waiting = (rescue: Step[]): Step => ({
  ...restart,
  name: 'Wait',
  action: { verb: 'run', argv: ['true'] },
  rescue,
});

/** What planning these items answers on a host where our container has this name; '' where there is none. */
async function planned(items: PlanItem[], name: string, own: string | undefined = id) {
  const asked: unknown[] = [];
  const planner: HostPlanner = {
    async plan(_host, _context, { probes, decide }) {
      asked.push(...probes);
      const reading = name === '' ? { exit: 1, output: 'Error: No such container' } : { exit: 0, output: `/${name}\n` };
      decide({ 'self.container': reading });
      return { steps: [], hashed: [], preview: { message: '', result: {} }, apply: () => Promise.reject() };
    },
  };
  const guarded = withoutOwnEnd(planner, own === '' ? undefined : { id: own, hostAddresses: [] });
  const work = { probes: [], decide: () => ({ items }) as never };
  const answer = await guarded.plan(host, fakeContext(fakeClock()), work).then(
    () => 'planned',
    ({ code, message }) => ({ code, message }),
  );
  return { answer, asked };
}

const refused = (step: string) => ({
  code: 'self_target',
  message: `This control API runs in the container control on instance eu-central-1/apps: "${step}" ends it.`,
});

describe('on the host of its own container', () => {
  test.each<[string, Step[], string]>([
    ['a restart', [restart], 'Restart control'],
    ['a removal', [removeContainer('control', ['--force'])], 'Remove control'],
    ['a kill', [runDocker('Kill it', 'kill', 'control')], 'Kill it'],
    ['a stop under another name', [rename('control', 'aside'), stop('aside', 10)], 'Stop aside'],
    ['a removal that saves a failed release', [waiting([removeIfThere('control')])], 'Remove control'],
    [
      'a removal after a step that would have given it another name had it failed',
      [waiting([rename('control', 'aside')]), removeContainer('control', [])],
      'Remove control',
    ],
  ])('%s is refused', async (_, steps, step) => {
    expect((await planned(steps, 'control')).answer).toEqual(refused(step));
  });

  test.each<[string, PlanItem[]]>([
    ['what is settled already', [{ name: 'Container control', settled: true }]],
    ['the end of another app', [removeContainer('hello', []), stop('control-candidate', 10)]],
    ['a start, and a look', [startAgain('control'), runDocker('Look', 'inspect', 'control')]],
    ['the end of what has its name later', [rename('control', 'aside'), removeContainer('control', [])]],
    ['what is no call of Docker', [{ ...restart, action: { verb: 'run', argv: ['systemctl', 'stop', 'control'] } }]],
  ])('%s is planned', async (_, items) => {
    expect((await planned(items, 'control')).answer).toBe('planned');
  });
});

test('on another host a container of the same name is nobody’s end', async () => {
  const { answer, asked } = await planned([restart], '');
  expect(answer).toBe('planned');
  const argv = ['docker', 'inspect', '--type', 'container', '--format', '{{.Name}}', id];
  expect(asked).toEqual([{ name: 'self.container', action: { verb: 'run', argv } }]);
});

test('outside a container nothing is asked and nothing refused', async () => {
  expect(await planned([restart], 'control', '')).toEqual({ answer: 'planned', asked: [] });
});
