import { type Action, type PlanItem, type Probe, type Readings, type Step, stepsOf } from '../../lib/command.ts';
import { AppError } from '../../lib/errors.ts';
import { outputOf } from '../../recipes/recipe.ts';
import type { OwnContainer } from '../../services/own-container.ts';
import type { HostPlanner } from './host-plan.ts';

const PROBE = 'self.container';
const ENDINGS = ['stop', 'restart', 'kill', 'rm'];

/**
 * A planner that refuses, with self_target, a plan that would end the container in which this control API runs: nobody would
 * be left to see it through, or to bring the release before back. What leaves that container alone is planned as ever.
 */
export function withoutOwnEnd(planner: HostPlanner, own: OwnContainer | undefined): HostPlanner {
  if (own === undefined) return planner;
  const argv = ['docker', 'inspect', '--type', 'container', '--format', '{{.Name}}', own.id];
  const probe: Probe = { name: PROBE, action: { verb: 'run', argv } };
  return {
    plan: (host, context, work) =>
      planner.plan(host, context, {
        ...work,
        probes: [...work.probes, probe],
        decide(readings) {
          const decision = work.decide(readings);
          refuseOwnEnd(ownName(readings), decision.items, host.label);
          return decision;
        },
      }),
  };
}

/** What the host calls this control API's container; undefined when it runs elsewhere. */
function ownName(readings: Readings): string | undefined {
  return outputOf(readings, PROBE)?.trim().replace(/^\//, '');
}

function refuseOwnEnd(name: string | undefined, items: readonly PlanItem[], label: string): void {
  const step = name === undefined ? undefined : endingOf(stepsOf(items), name);
  if (step === undefined) return;
  throw new AppError('self_target', `This control API runs in the container ${name} on ${label}: "${step}" ends it.`);
}

/** The name of the first step, rescues included, that ends the container, whatever it is called by then. */
function endingOf(steps: readonly Step[], container: string): string | undefined {
  let own = container;
  for (const { name, action, rescue } of steps) {
    const [verb = '', of, newName] = commandOf(action);
    if (of === own && ENDINGS.includes(verb)) return name;
    if (of === own && verb === 'rename') own = newName ?? own;
    // What a rescue renames has that name only where the plan ends with it.
    const ending = endingOf(rescue ?? [], own);
    if (ending !== undefined) return ending;
  }
  return undefined;
}

/** Of `docker VERB [OPTION...] CONTAINER` and `docker rename CONTAINER NAME`: the verb and the names. */
function commandOf(action: Action): (string | undefined)[] {
  const [program, verb, ...words] = 'argv' in action ? action.argv.map(String) : [];
  if (program !== 'docker') return [];
  return verb === 'rename' ? [verb, ...words] : [verb, words.at(-1)];
}
