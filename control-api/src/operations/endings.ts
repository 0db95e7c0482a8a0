import { AppError, type Detail, FactsMoved } from '../lib/errors.ts';
import { redactDeep } from '../lib/secret.ts';
import type { FailureView, OperationView } from '../schemas/operation.ts';
import type { Plan } from './operation.ts';

/** How an operation ended, before its time is known. */
export interface Ending {
  status: 'succeeded' | 'failed' | 'interrupted';
  message: string;
  changed: boolean;
  error: FailureView | null;
  result: Record<string, unknown> | null;
}

/** The outcome of what was under way is not known: the same call finds out. */
export function isInterruption(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'connection_lost' || error.code === 'shutting_down');
}

/** What the caller is told of a failure. A defect of ours says no more than that it is one. */
export function failureView(error: unknown, redact: (text: string) => string): FailureView {
  const known = error instanceof AppError ? error : translate(error);
  return {
    code: known.code,
    message: redact(known.message),
    hint: redact(known.hint),
    ...(known.details ? { details: [...redactDeep(known.details, redact)] } : {}),
  };
}

function translate(error: unknown): AppError {
  if (error instanceof FactsMoved) {
    return new AppError('plan_changed', 'Something else keeps changing this host while the plan is made.', {
      hint: 'Find out what works on the host at the same time, then repeat the call.',
    });
  }
  return new AppError('internal_error');
}

/** 412 with what the caller saw in the dry run beside what would be done now. */
export function planDifference(ifMatch: string, seen: OperationView | undefined, now: Plan): AppError {
  if (!seen) {
    const message = `The plan now is not ${ifMatch}, and this journal knows no such plan. Nothing was changed.`;
    return new AppError('plan_changed', message, { details: [] });
  }
  const before = new Set(seen.steps.filter((step) => step.outcome === 'would_change').map(({ name }) => name));
  const after = now.steps.filter((step) => step.outcome === 'would_change').map(({ name }) => name);
  const added = after.filter((name) => !before.has(name));
  const gone = [...before].filter((name) => !after.includes(name));
  const details: Detail[] = [
    ...gone.map((name) => ({ path: 'steps', change: 'no longer needed', message: name })),
    ...added.map((name) => ({ path: 'steps', change: 'new', message: name })),
  ];
  const same = details.length === 0 ? ' The steps have the same names; their arguments differ.' : '';
  return new AppError('plan_changed', `The plan now is not the plan that you saw.${same} Nothing was changed.`, {
    details,
  });
}
