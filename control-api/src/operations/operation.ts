import type { StepOutcome } from '../schemas/operation.ts';

/** What an operation locks. */
export interface Target {
  /** Identity of the thing, e.g. an instance's ARN and creation time. */
  key: string;
  /** What a person calls it, e.g. `instance eu-central-1/apps`. */
  label: string;
  /** What else is locked with it, e.g. the identity of an instance whose key is its name. */
  also?: readonly string[];
}

/** All that is locked for a target, each once. */
export function locksOf({ key, also = [] }: Target): string[] {
  return [...new Set([key, ...also])];
}

/** How a call wants its operation to be run. */
export interface StartOptions {
  dryRun: boolean;
  /** The hash of the plan that the caller has seen; another plan is refused. */
  ifMatch?: string;
  actor: string;
  reason?: string;
}

/** What an operation may use while it runs. */
export interface Context {
  operationId: string;
  actor: string;
  startedAt: Date;
  /** Aborted at the deadline, when the journal fails and when the control API ends. */
  signal: AbortSignal;
  /** Runs when the operation has ended, however it ended. */
  defer(release: () => void): void;
}

/** A line of a plan as it is shown: settled already, or about to be done. */
export interface PlannedStep {
  name: string;
  outcome: 'unchanged' | 'would_change';
  detail?: string;
  /** What would be done, secrets redacted. */
  action?: Record<string, unknown>;
}

export interface StepUpdate {
  name: string;
  outcome: StepOutcome;
  duration_ms: number | null;
  detail?: string;
  action?: Record<string, unknown>;
}

/** How a running plan tells what happens; all of it is journalled in order. */
export interface Report {
  /**
   * Resolves when the journal has it that a step begins.
   * @throws when it must not begin: the journal failed, the deadline has passed, or the control API ends
   */
  begin(index: number, update: Omit<StepUpdate, 'outcome' | 'duration_ms'>): Promise<void>;
  /** Returns at once, like `output`. */
  step(index: number, update: StepUpdate): void;
  output(index: number, text: string): void;
}

export interface Applied {
  /** One sentence for a person. */
  message: string;
  result: Record<string, unknown>;
}

export interface Plan {
  steps: readonly PlannedStep[];
  /** What the plan's hash is made of: names, arguments, content digests; secrets as HMAC, no times. */
  hashed: unknown;
  /** What the answer of a dry run says besides its steps. */
  preview: Applied;
  apply(report: Report): Promise<Applied>;
}

/** One call that may change something. `Input` has passed its schema. */
export interface Operation<Input, T extends Target = Target> {
  name: string;
  /** Seconds after which it is given up: 504 timed_out. */
  deadlineS: number;
  /** Names what is locked; whatever it found out on the way comes back to `plan`. */
  target(input: Input, context: Context): Promise<T>;
  /** Reads, decides, changes nothing. */
  plan(input: Input, context: Context, target: T): Promise<Plan>;
}

/** What a dry run says of so many changes. */
export function wouldChange(changes: number): string {
  if (changes === 0) return 'nothing would be changed';
  return changes === 1 ? '1 change would be made' : `${changes} changes would be made`;
}
