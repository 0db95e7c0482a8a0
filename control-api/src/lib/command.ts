import type { Secret } from './secret.ts';

/** A value that an earlier `capture` of the same run found on the host, e.g. the digest of a pulled image. */
export class Captured {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  toJSON(): string {
    return `<${this.name}>`;
  }
}

/** Text made of literals, captured values and (in file contents, stdin and environment only) secrets. */
export type Text = string | Secret | Captured | readonly (string | Secret | Captured)[];

/** A word of a command line: never a secret, since every user of a host can read command lines. */
export type Word = string | Captured | readonly (string | Captured)[];

/** What host-runner.sh can do; its head documents each verb. */
export type Action =
  | { verb: 'run'; argv: readonly Word[]; stdin?: Text; env?: Readonly<Record<string, Text>> }
  | { verb: 'run_merged'; argv: readonly Word[] }
  | { verb: 'run_accepting'; codes: readonly number[]; argv: readonly Word[]; env?: Readonly<Record<string, Text>> }
  | { verb: 'capture'; variable: string; prefix: string; argv: readonly Word[] }
  | { verb: 'write_file'; path: Word; mode: string; content: Text; before?: string }
  | { verb: 'write_list'; path: Word; mode: string; items: readonly Text[] }
  | { verb: 'remove_file'; path: Word }
  | {
      verb: 'wait_until';
      argv: readonly Word[];
      /** The exact output wanted; '' means that exit code 0 is enough. */
      want: string;
      /** A text that ends the wait as failed at once when the output holds it; '' for none. */
      stop: string;
      intervalS: number;
      /** So many good readings in a row are needed. */
      times: number;
    }
  | { verb: 'docker_auth'; argv: readonly Word[]; config: Text }
  /** `options` of `docker run` go before those of the file. */
  | { verb: 'run_release'; file: Word; replaces: string; options?: readonly string[] }
  | { verb: 'read_releases'; directory: string }
  /** `steady`: healthy so many times in a row, at the URL too; once when it is left out. */
  | { verb: 'wait_healthy'; container: string; url: string; times: number; steady?: number };

/** A reading of a host. A volatile fact may differ between two readings without anything having changed. */
export interface Probe {
  name: string;
  action: Action;
  volatile?: boolean;
  timeoutS?: number;
}

/** What a probe found: `exit` 127 where the program is not installed. */
export interface Reading {
  exit: number;
  output: string;
}

export type Readings = Readonly<Record<string, Reading>>;

export interface Step {
  name: string;
  /** `change` ends as changed (or unchanged), `check` as verified. */
  effect: 'change' | 'check';
  action: Action;
  timeoutS: number;
  /** Run first, on the host: exit 0 means that the step is not needed (any more). */
  guard?: readonly Word[];
  /** Run in order when this step fails; what they print is evidence. */
  rescue?: readonly Step[];
  /** Turns a failure into the error that the caller sees; without it the error is `step_failed`. */
  explain?: (exit: number, output: string) => Error | undefined;
}

/**
 * Something the plan looked at: it is so already, or these steps make it so, or it cannot be told before they are done:
 * then the host is read again and the rest is planned.
 */
export type PlanItem = { name: string; settled: true; detail?: string } | Later | Step;

export interface Later {
  name: string;
  later: true;
  detail: string;
}

/** Whether something is still to be done or checked. */
export function isStep(item: PlanItem): item is Step {
  return 'action' in item;
}

/** Whether it stands for what is planned when all before it is done. */
export function isLater(item: PlanItem): item is Later {
  return 'later' in item;
}

/** The steps of a plan, without what is settled already. */
export function stepsOf(items: readonly PlanItem[]): Step[] {
  return items.filter(isStep);
}
