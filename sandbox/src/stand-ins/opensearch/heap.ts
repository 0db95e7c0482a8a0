const UNITS: Record<string, number> = { '': 1 / 1024 ** 2, k: 1 / 1024, m: 1, g: 1024, t: 1024 ** 2 };
/** Of the package's own jvm.options. */
const DEFAULT_MB = 1024;
/** What a node takes beside its heap, with few plugins. */
const BESIDE_MB = 300;

/** Megabytes of heap that a file of jvm.options asks for; undefined where it says nothing. Later lines win. */
export function heapMb(options: string): number | undefined {
  return sizes(options, 'Xmx').at(-1);
}

/** Megabytes that a node needs with these texts of jvm.options, in the order in which they are read. */
export function neededMb(options: readonly string[]): number {
  return (heapMb(options.join('\n')) ?? DEFAULT_MB) + BESIDE_MB;
}

/** Why the JVM refuses these options, in its words. */
export function checkHeap(options: readonly string[]): string | undefined {
  const text = options.join('\n');
  const wrong = lines(text).find((line) => /^-Xm[sx]/.test(line) && !/^-Xm[sx]\d+[kmgt]?$/i.test(line));
  if (wrong) return `Invalid ${wrong.startsWith('-Xms') ? 'initial' : 'maximum'} heap size: ${wrong}\n${NO_JVM}`;
  const [first, most] = [sizes(text, 'Xms').at(-1), sizes(text, 'Xmx').at(-1) ?? DEFAULT_MB];
  if (first !== undefined && first > most) {
    return `Error occurred during initialization of VM\nInitial heap size set to a larger value than the maximum heap size`;
  }
  return undefined;
}

const NO_JVM =
  'Error: Could not create the Java Virtual Machine.\nError: A fatal exception has occurred. Program will exit.';

function sizes(options: string, name: string): number[] {
  const found = lines(options).map((line) => new RegExp(`^-${name}(\\d+)([kmgt]?)$`, 'i').exec(line));
  return found.flatMap((row) => (row ? [Number(row[1]) * (UNITS[(row[2] ?? '').toLowerCase()] ?? 1)] : []));
}

function lines(options: string): string[] {
  return options.split('\n').map((line) => line.trim());
}
