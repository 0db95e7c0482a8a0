import type { PlanItem, Probe, Readings } from '../lib/command.ts';

export interface Recipe<Wish, Facts> {
  /** What to read of the host; names are unique over all recipes of an operation. */
  probes(wish: Wish): Probe[];
  /** What to read besides, where only a first reading tells what that is; then both are read together. Never throws. */
  further?(facts: Facts, wish: Wish): Probe[];
  /** Never throws: a reading that is missing or failed becomes an absent fact. */
  parse(readings: Readings): Facts;
  /** Throws an AppError when the host cannot become what is wished; nothing has been changed by then. */
  plan(facts: Facts, wish: Wish): PlanItem[];
}

/** The output of a probe that ended well, else undefined. */
export function outputOf(readings: Readings, name: string): string | undefined {
  const reading = readings[name];
  return reading?.exit === 0 ? reading.output : undefined;
}

/** The lines of an output that hold something, trimmed. */
export function linesOf(output: string | undefined): string[] {
  return (output ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The last lines of an output, for a message. */
export function lastLines(output: string, count = 5): string {
  return linesOf(output).slice(-count).join(' | ').slice(-800);
}
