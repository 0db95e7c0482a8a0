import { AppError } from '../lib/errors.ts';

/** What a host of this size can carry. */
export interface OpensearchSize {
  heapMb: number;
  /** Too small for the plugins that a search alone does not need. */
  trimmed: boolean;
}

/** MiB of RAM besides the heap: JVM, Lucene's files, the system. OpenTelemetry's demo measured some 400 with plugins removed. */
const BESIDES_HEAP_MB = 900;
/** MiB of RAM under which nothing is accepted, whatever the heap: the package, the JVM's start and dpkg need that. */
const LEAST_MB = 1700;
const SMALL_HEAP_MB = 512;
/** Under this (MiB) half of the RAM would be too much. */
const SMALL_HOST_MB = 3000;
/** Above 31 GiB the JVM can no longer compress its pointers. */
export const MOST_HEAP_MB = 31 * 1024;
/** So that another kernel, which keeps some MiB more, does not give another heap. */
const STEP_MB = 256;

/**
 * The heap as asked, else about half of the RAM (512 MiB on 2 GB). Throws insufficient_memory; its first detail tells
 * `needed_mb`.
 */
export function sizeFor(memoryMb: number | null, asked: number | undefined): OpensearchSize {
  const heapMb = asked ?? defaultHeap(memoryMb);
  const neededMb = Math.max(heapMb + BESIDES_HEAP_MB, LEAST_MB);
  if (memoryMb !== null && memoryMb < neededMb) throw tooLittle(memoryMb, heapMb, neededMb, asked !== undefined);
  return { heapMb, trimmed: memoryMb === null || memoryMb < SMALL_HOST_MB };
}

function defaultHeap(memoryMb: number | null): number {
  if (memoryMb === null || memoryMb < SMALL_HOST_MB) return SMALL_HEAP_MB;
  return Math.min(Math.floor(memoryMb / 2 / STEP_MB) * STEP_MB, MOST_HEAP_MB);
}

function tooLittle(memoryMb: number, heapMb: number, neededMb: number, asked: boolean): AppError {
  const why = `OpenSearch with a heap of ${heapMb} MB needs ${neededMb} MB of RAM`;
  const smaller = asked && memoryMb >= LEAST_MB;
  return new AppError('insufficient_memory', `${why}, and the host has ${memoryMb} MB.`, {
    ...(smaller ? { hint: `Lower heap_mb to ${memoryMb - BESIDES_HEAP_MB} or less, or take a larger bundle.` } : {}),
    details: [{ message: why, needed_mb: neededMb }],
  });
}
