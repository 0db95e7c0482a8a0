/** Lightsail's bundles of the current generation and their RAM in MiB (GetBundles, November 2026). */
const BUNDLES = [
  ['nano_3_0', 512],
  ['micro_3_0', 1024],
  ['small_3_0', 2048],
  ['medium_3_0', 4096],
  ['large_3_0', 8192],
  ['xlarge_3_0', 16384],
  ['2xlarge_3_0', 32768],
] as const;

/** The smallest bundle with more RAM than `neededMb`, since the kernel keeps some; undefined when none has. */
export function smallestBundle(neededMb: number): string | undefined {
  return BUNDLES.find(([, ramMb]) => ramMb > neededMb)?.[0];
}
