import { isStep, type PlanItem, type Probe, type Readings } from '../../src/lib/command.ts';
import { createModelHost, type ModelState, type ModelWorld } from './model-host.ts';

/** What an operation asks of a host: the same two functions that the real ones give to the host planner. */
export interface Work {
  probes: readonly Probe[];
  decide(readings: Readings): PlanItem[];
}

export function planOn(state: ModelState, world: ModelWorld, { probes, decide }: Work): PlanItem[] {
  const host = createModelHost(state, world);
  const readings = probes.map(({ name, action }) => {
    const { exit, output } = host.perform(action);
    return [name, { exit, output: output.trimEnd() }] as const;
  });
  return decide(Object.fromEntries(readings));
}

/**
 * Plans and runs at most `limit` steps, then the connection is gone. Returns the name of the step that failed, after
 * its rescue, if one did.
 */
export function runOn(state: ModelState, world: ModelWorld, work: Work, limit = Number.POSITIVE_INFINITY) {
  const steps = planOn(state, world, work).filter(isStep);
  const host = createModelHost(state, world);
  for (const step of steps.slice(0, limit)) {
    if (step.guard && host.perform({ verb: 'run', argv: step.guard }).exit === 0) continue;
    if (host.perform(step.action).exit === 0) continue;
    for (const { action } of step.rescue ?? []) host.perform(action);
    return { steps: steps.length, failed: step.name };
  }
  return { steps: steps.length, failed: undefined };
}
