import { isLater, isStep, type Later, type PlanItem, type Probe, type Readings, type Step } from '../../lib/command.ts';
import { AppError } from '../../lib/errors.ts';
import { describeStep } from '../../lib/records.ts';
import type { HostSession, HostSessionEvent, HostSessions } from '../../services/host-session.ts';
import type { Applied, Context, Plan, PlannedStep, Report } from '../operation.ts';
import type { HostTarget } from './host-target.ts';

/** What an operation wants of a host: what to read, and what follows from what was read. */
export interface HostWork {
  probes: readonly Probe[];
  /** What to read besides, where only a first reading tells what that is: both are read together then, in one exec more. */
  further?(readings: Readings): readonly Probe[];
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
  /**
   * One connection and one exec for the facts; applying the plan is one more exec on it, or none when nothing is to do.
   * Where a part of the plan can be told only then, the host is read once more, and that part is one exec more.
   */
  plan(host: HostTarget, context: Context, work: HostWork): Promise<Plan>;
}

/** Turns what recipes decide into plans; `hmacKey` stands in for secrets in their hashes. */
export function createHostPlanner({ sessions, hmacKey }: { sessions: HostSessions; hmacKey: Buffer }): HostPlanner {
  return {
    async plan(host, context, work) {
      const session = await sessions.open(host, context.signal);
      context.defer(() => session.end());
      const holder = `${context.operationId} by ${context.actor} since ${context.startedAt.toISOString()}`;
      const { read, run, printed } = stagesOf(session, work, holder);
      const stage = await read();
      return {
        steps: stage.items.map(plannedStep),
        hashed: stage.items.flatMap((item) => ('settled' in item ? [] : hashedItem(item, hmacKey))),
        preview: stage.preview,
        async apply(report) {
          await run(stage, report);
          if (!stage.items.some(isLater)) return stage.conclude(printed);
          const next = await read();
          tellLater(stage.items, next.items, report);
          await run(next, from(stage.items.length, report));
          return next.conclude(printed);
        },
      };
    },
  };
}

/** What was decided, and the facts from which. */
interface Stage extends Pick<Decision, 'items'> {
  probes: readonly Probe[];
  digest: string;
}

/** Reading, deciding and running, on one session. */
function stagesOf(session: HostSession, { probes, further, decide }: HostWork, holder: string) {
  const outputs = new Map<string, string[]>();
  return {
    async read() {
      const first = await session.readFacts(probes);
      const more = further?.(first.readings) ?? [];
      const all = [...probes, ...more];
      const { readings, digest } = more.length === 0 ? first : await session.readFacts(all);
      return { probes: all, digest, ...decide(readings) };
    },
    async run({ items, probes, digest }: Stage, report: Report): Promise<void> {
      const steps = items.filter(isStep);
      if (steps.length === 0) return;
      await session.runSteps({ probes, digest, steps, holder, onEvent: reporting(items, report, outputs) });
    },
    printed: (step: string) => outputs.get(step) ?? [],
  };
}

function hashedItem(item: Step | Later, hmacKey: Buffer): unknown {
  return isStep(item) ? describeStep(item, hmacKey) : item;
}

/** Tells what the second reading found. Throws step_failed when the host cannot be told even now. */
function tellLater(before: readonly PlanItem[], next: readonly PlanItem[], report: Report): void {
  if (next.some(isLater)) throw new AppError('step_failed', 'The host is not as the steps so far should have left it.');
  for (const [at, item] of before.entries()) {
    if (isLater(item))
      report.step(at, { name: item.name, outcome: 'verified', duration_ms: null, detail: 'see below' });
  }
  for (const [at, item] of next.entries()) {
    if (!isStep(item)) report.step(before.length + at, { ...plannedStep(item), duration_ms: null });
  }
}

/** The same report, whose lines are counted from `first`. */
function from(first: number, report: Report): Report {
  return {
    begin: (index, update) => report.begin(first + index, update),
    step: (index, update) => report.step(first + index, update),
    output: (index, text) => report.output(first + index, text),
  };
}

function plannedStep(item: PlanItem): PlannedStep {
  if (isLater(item)) return { name: item.name, outcome: 'would_change', detail: item.detail };
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
