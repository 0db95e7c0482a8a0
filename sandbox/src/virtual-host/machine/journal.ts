import type { JournalEntry, MachineState } from './state.ts';

/** Entries of one unit that are kept. */
const KEPT = 300;

export type Journal = ReturnType<typeof createJournal>;

/** What systemd keeps of what units say and of what becomes of them. */
export function createJournal(state: Pick<MachineState, 'journal'>) {
  return {
    /** Adds each line of `text`. `by`: program and process, e.g. `nginx[812]`. */
    add(unit: string, text: string, by = 'systemd[1]'): void {
      const lines = text.replace(/\n$/, '').split('\n');
      for (const line of lines) state.journal.push({ at: Date.now(), unit, by, text: line });
      const own = state.journal.filter((one) => one.unit === unit);
      const tooMany = new Set(own.slice(0, Math.max(0, own.length - KEPT)));
      if (tooMany.size > 0) state.journal = state.journal.filter((one) => !tooMany.has(one));
    },
    /** The last `count` entries of a unit. */
    of: (unit: string, count: number): readonly JournalEntry[] =>
      count === 0 ? [] : state.journal.filter((one) => one.unit === unit).slice(-count),
  };
}
