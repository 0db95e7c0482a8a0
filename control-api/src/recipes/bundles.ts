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

/** Of a bundle's RAM, what the kernel leaves to programs: a nano shows 460 of its 512 MiB. */
const USABLE = 0.9;

/** Whether a bundle of so much RAM shows `neededMb` as MemTotal. */
export function bundleFits(ramMb: number, neededMb: number): boolean {
  return ramMb * USABLE >= neededMb;
}

/** The smallest bundle that fits, from memory, without asking AWS; undefined when none does. */
export function smallestBundle(neededMb: number): string | undefined {
  return BUNDLES.find(([, ramMb]) => bundleFits(ramMb, neededMb))?.[0];
}
