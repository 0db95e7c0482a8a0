import { AppError } from '../lib/errors.ts';
import type { Applied, Plan, PlannedStep, Report } from './operation.ts';

/** A change or check made by calling a service from here, not on a host. */
export interface CloudStep {
  name: string;
  effect: 'change' | 'check';
  /** Arguments as data: shown, and part of the plan's hash. */
  action: Record<string, unknown>;
  /** Does it; returns what was seen, and whether it turned out to be so already. */
  run(tell: (text: string) => void): Promise<{ detail?: string; unchanged?: boolean } | undefined>;
}

export type CloudItem = { name: string; settled: true; detail?: string } | CloudStep;

interface CloudPlan {
  items: readonly CloudItem[];
  /** Done after the items, each of them, also when one failed: what must not be left behind. */
  lastly?: readonly CloudStep[];
  preview: Applied;
  /** What the answer says once every step is done; `changed`: whether any of them found something to do. */
  conclude(changed: boolean): Promise<Applied> | Applied;
}

/** A plan of steps that run one after the other in this process; the first failure ends it, but for what comes lastly. */
export function cloudPlan({ items, lastly = [], preview, conclude }: CloudPlan): Plan {
  const all = [...items, ...lastly];
  return {
    steps: all.map(plannedStep),
    hashed: all.flatMap((item) => ('settled' in item ? [] : [{ name: item.name, action: item.action }])),
    preview,
    async apply(report) {
      const outcomes: string[] = [];
      const failures: unknown[] = [];
      for (const [index, item] of all.entries()) {
        if ('settled' in item || (failures.length > 0 && index < items.length)) continue;
        await runStep(item, index, report).then(
          (outcome) => outcomes.push(outcome),
          (error) => failures.push(error),
        );
      }
      if (failures.length > 0) throw failures[0];
      return conclude(outcomes.includes('changed'));
    },
  };
}

function plannedStep(item: CloudItem): PlannedStep {
  if ('settled' in item) {
    return { name: item.name, outcome: 'unchanged', ...(item.detail ? { detail: item.detail } : {}) };
  }
  const { name, effect, action } = item;
  return effect === 'change'
    ? { name, outcome: 'would_change', action }
    : { name, outcome: 'unchanged', detail: 'checked when it runs', action };
}

/** Returns what became of it. */
async function runStep({ name, effect, action, run }: CloudStep, index: number, report: Report) {
  await report.begin(index, { name, action });
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  try {
    const { detail, unchanged } = (await run((text) => report.output(index, text))) ?? {};
    const outcome = effect === 'check' ? 'verified' : unchanged ? 'unchanged' : 'changed';
    report.step(index, { name, outcome, duration_ms: elapsed(), ...(detail ? { detail } : {}) });
    return outcome;
  } catch (error) {
    const detail = error instanceof AppError ? { detail: error.message } : {};
    report.step(index, { name, outcome: 'failed', duration_ms: elapsed(), ...detail });
    throw error;
  }
}
