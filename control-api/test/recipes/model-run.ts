import { isLater, isStep, type PlanItem, type Probe, type Readings } from '../../src/lib/command.ts';
import { createModelHost } from './model-host.ts';
import type { ModelState, ModelWorld } from './model-state.ts';

/** What an operation asks of a host: the same two functions that the real ones give to the host planner. */
export interface Work {
  probes: readonly Probe[];
  further?(readings: Readings): readonly Probe[];
  decide(readings: Readings): PlanItem[];
}

export function planOn(state: ModelState, world: ModelWorld, { probes, further, decide }: Work): PlanItem[] {
  const host = createModelHost(state, world);
  const read = (asked: readonly Probe[]): Readings => {
    const readings = asked.map(({ name, action }) => {
      const { exit, output } = host.perform(action);
      return [name, { exit, output: output.trimEnd() }] as const;
    });
    return Object.fromEntries(readings);
  };
  const first = read(probes);
  return decide({ ...first, ...read(further?.(first) ?? []) });
}

export interface Ran {
  /** How many steps were planned, as far as it came. */
  steps: number;
  /** The name of the step that failed, after its rescue, if one did. */
  failed: string | undefined;
}

/** Plans and runs at most `limit` steps, then the connection is gone. */
export function runOn(state: ModelState, world: ModelWorld, work: Work, limit = Number.POSITIVE_INFINITY): Ran {
  const items = planOn(state, world, work);
  const first = runSteps(state, world, items, limit);
  if (first.failed || first.steps > limit || !items.some(isLater)) return first;
  const next = planOn(state, world, work);
  if (next.some(isLater)) throw new Error('what was left for later cannot be told even now');
  const second = runSteps(state, world, next, limit - first.steps);
  return { steps: first.steps + second.steps, failed: second.failed };
}

function runSteps(state: ModelState, world: ModelWorld, items: readonly PlanItem[], limit: number): Ran {
  const steps = items.filter(isStep);
  const host = createModelHost(state, world);
  for (const step of steps.slice(0, limit)) {
    if (step.guard && host.perform({ verb: 'run', argv: step.guard }).exit === 0) continue;
    if (host.perform(step.action).exit === 0) continue;
    for (const { action } of step.rescue ?? []) host.perform(action);
    return { steps: steps.length, failed: step.name };
  }
  return { steps: steps.length, failed: undefined };
}
