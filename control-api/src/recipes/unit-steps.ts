import type { PlanItem, Step } from '../lib/command.ts';

interface WishedFile {
  /** What it is for, when it is as it should be. */
  name: string;
  path: string;
  /** With a line feed at its end. */
  content: string;
  /** As it is now, without that; null when there is none. */
  before: string | null;
  /** Whatever it is now, since a step before may change it. */
  anew?: boolean;
}

/** A file that everybody may read. */
export function wishFile({ name, path, content, before, anew = false }: WishedFile): PlanItem {
  if (before === content.trimEnd() && !anew) return { name, settled: true, detail: path };
  return {
    name: `Write ${path}`,
    effect: 'change',
    action: { verb: 'write_file', path, mode: '644', content, before: before ?? '' },
    timeoutS: 20,
  };
}

/** Before something changes that a program was started with, so that a cut after it is known as such. */
export function forgetStart(program: string, marker: string): Step {
  return {
    name: `Forget what ${program} was started with`,
    effect: 'change',
    action: { verb: 'remove_file', path: marker },
    timeoutS: 20,
  };
}

export function rememberStart(program: string, marker: string, id: string): Step {
  return {
    name: `Remember what ${program} was started with`,
    effect: 'change',
    action: { verb: 'write_file', path: marker, mode: '644', content: `${id}\n` },
    timeoutS: 20,
  };
}

/** What a unit's state and its journal say of a start that failed. */
export function startEvidence(program: string, unit: string): Step[] {
  const properties = '--property=ActiveState,SubState,Result,ExecMainStatus';
  const journal = ['journalctl', '--unit', unit, '--lines', '20', '--no-pager', '--output', 'cat'];
  return [
    look(`Show the state of ${program}`, ['systemctl', 'show', unit, properties]),
    look(`Show what ${program} said`, journal),
  ];
}

/** A reading of the host that is told, for whoever looks for a cause. */
export function look(name: string, argv: readonly string[]): Step {
  return { name, effect: 'check', action: { verb: 'run', argv }, timeoutS: 20 };
}
