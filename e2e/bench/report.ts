/** The middle of an odd number of measurements. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** The least value that no more than `share` of them, such as 0.99, are below; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

/** Milliseconds that something takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Prints a figure, and what it is held to. */
export function line(what: string, figure: string, limit = ''): void {
  process.stdout.write(`${what.padEnd(72)} ${figure.padStart(18)}  ${limit}\n`);
}
