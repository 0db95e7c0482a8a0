import type { MachineState } from './state.ts';

/** Of the swap files that are on. */
export function swapBytes({ swaps, files }: MachineState): number {
  return swaps.reduce((sum, path) => sum + (files[path]?.bytes ?? 0), 0);
}

/** Swap files that fstab names. */
export function swapsIn(fstab: string): string[] {
  const rows = fstab.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.flatMap(([path = '', , type]) => (type === 'swap' && !path.startsWith('#') ? [path] : []));
}

/** The kernel keeps some of the RAM to itself: about 6 percent on small machines. */
export function totalKb(ramMb: number): number {
  return Math.round((ramMb * 1024 * 0.94) / 4) * 4;
}

/** Text of /proc/meminfo. */
export function meminfo(ramMb: number, swap: number): string {
  const total = totalKb(ramMb);
  const rows = {
    MemTotal: total,
    MemFree: Math.round(total * 0.4),
    SwapTotal: Math.max(0, Math.round(swap / 1024) - 4),
  };
  const lines = Object.entries({ ...rows, SwapFree: rows.SwapTotal });
  return lines.map(([name, kb]) => `${`${name}:`.padEnd(15)}${String(kb).padStart(9)} kB\n`).join('');
}
