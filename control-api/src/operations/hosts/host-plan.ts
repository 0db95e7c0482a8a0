import { isStep, type PlanItem, type Probe, type Readings, type Step } from '../../lib/command.ts';
import { describeStep } from '../../lib/records.ts';
import type { HostSessionEvent, HostSessions } from '../../services/host-session.ts';
import type { Applied, Context, Plan, PlannedStep, Report } from '../operation.ts';
import type { HostTarget } from './host-target.ts';

/** What an operation wants of a host: what to read, and what follows from what was read. */
export interface HostWork {
  probes: readonly Probe[];
  /** Pure: from readings to steps. */
  decide(readings: Readings): Decision;
}

export interface Decision {
  items: readonly PlanItem[];
  preview: Applied;
  /** What the answer says once every step is done; `output` is what a step printed. */
  conclude(output: (step: string) => readonly string[]): Applied;
}

export interface HostPlanner {
  /** One connection and one exec for the facts; applying the plan is one more exec on it, or none when nothing is to do. */
  plan(host: HostTarget, context: Context, work: HostWork): Promise<Plan>;
}

/** Turns what recipes decide into plans; `hmacKey` stands in for secrets in their hashes. */
export function createHostPlanner({ sessions, hmacKey }: { sessions: HostSessions; hmacKey: Buffer }): HostPlanner {
  return {
    async plan(host, context, { probes, decide }) {
      const session = await sessions.open(host, context.signal);
      context.defer(() => session.end());
      const { readings, digest } = await session.readFacts(probes);
      const { items, preview, conclude } = decide(readings);
      const steps = items.filter(isStep);
      return {
        steps: items.map(plannedStep),
        hashed: steps.map((step) => describeStep(step, hmacKey)),
        preview,
        async apply(report) {
          const outputs = new Map<string, string[]>();
          if (steps.length > 0) {
            const holder = `${context.operationId} by ${context.actor} since ${context.startedAt.toISOString()}`;
            const onEvent = reporting(items, report, outputs);
            await session.runSteps({ probes, digest, steps, holder, onEvent });
          }
          return conclude((step) => outputs.get(step) ?? []);
        },
      };
    },
  };
}

function plannedStep(item: PlanItem): PlannedStep {
  if (!isStep(item)) return { name: item.name, outcome: 'unchanged', ...(item.detail ? { detail: item.detail } : {}) };
  const action = actionOf(item);
  if (item.effect === 'check') return { name: item.name, outcome: 'unchanged', detail: 'checked when it runs', action };
  const detail = item.guard ? { detail: 'decided at run time' } : {};
  return { name: item.name, outcome: 'would_change', ...detail, action };
}

/** What a step does, for people; its name and effect are told beside it. */
function actionOf(step: Step): Record<string, unknown> {
  const { name: _, effect: __, ...action } = describeStep(step);
  return action;
}

/** Turns a session's events, which count steps, into reports, which count the plan's lines; rescues come behind them. */
function reporting(
  items: readonly PlanItem[],
  report: Report,
  outputs: Map<string, string[]>,
): (event: HostSessionEvent) => void {
  const lines = items.flatMap((item, index) => (isStep(item) ? [{ item, index }] : []));
  const rescues: string[] = [];
  const lineOf = (event: { index: number; name: string; rescue: boolean }): { index: number; step?: Step } => {
    if (!event.rescue) {
      const line = lines[event.index];
      return line ? { index: line.index, step: line.item } : { index: event.index };
    }
    if (!rescues.includes(event.name)) rescues.push(event.name);
    return { index: items.length + rescues.indexOf(event.name) };
  };
  return (event) => {
    const { index, step } = lineOf(event);
    const { name } = event;
    if (event.type === 'step_started') {
      const action = step ? { action: actionOf(step) } : {};
      report.step(index, { name, outcome: 'running', duration_ms: null, ...action });
    } else if (event.type === 'output') {
      const printed = outputs.get(name) ?? [];
      printed.push(event.text);
      outputs.set(name, printed);
      report.output(index, event.text);
    } else {
      const detail = event.outcome === 'failed' ? { detail: `exit ${event.exit}` } : {};
      report.step(index, { name, outcome: event.outcome, duration_ms: event.ms, ...detail });
    }
  };
}
