import { readFileSync } from 'node:fs';

/** Of a process, in MB (2^20 bytes): resident, its share where pages are shared, and what it alone has. */
export interface Memory {
  resident: number;
  proportional: number;
  private: number;
}

export function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mb = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1024;
  return { resident: mb('Rss'), proportional: mb('Pss'), private: mb('Private_Clean') + mb('Private_Dirty') };
}

/** The most that was ever resident, in MB, and how much of that is no part of a file, which the kernel can read again. */
export function peakMemoryOf(pid: number): { resident: number; own: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { resident: mb('VmHWM'), own: mb('VmHWM') - mb('RssFile') };
}

/** Milliseconds of a processor that a process has used, all its threads together; Linux counts in ticks of 10. */
export function processorMs(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(afterName[11]) + Number(afterName[12])) * 10;
}
