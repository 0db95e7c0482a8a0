import { ServiceError } from './errors.ts';

/** Bytes of texts that all answers on their way may have together, for a heap of 48 MB; so one answer has no more. */
const ROOM = 4_000_000;
/** What a row takes besides its texts. */
const ROW = 300;
const WAITING = 100;

export interface Weight {
  rows: number;
  /** Of texts. */
  bytes: number;
}

/** Waits for room and takes it; gives back what must be called once, when the answer has been sent. */
export type Room = (weight: Weight) => Promise<() => void>;

/**
 * Room in memory for the answers of one process: small ones come side by side, large ones wait for each other, in the order in
 * which they come. @throws {ServiceError} 413 when there will never be room, 503 when too many wait
 */
export function createRoom(): Room {
  let free = ROOM;
  const waiting: { size: number; enter: () => void }[] = [];

  function letIn(): void {
    for (let first = waiting[0]; first && first.size <= free; first = waiting[0]) {
      waiting.shift();
      free -= first.size;
      first.enter();
    }
  }

  return async ({ rows, bytes }) => {
    if (bytes > ROOM) throw tooLarge();
    if (waiting.length >= WAITING) throw busy();
    const size = Math.min(bytes + rows * ROW, ROOM);
    await new Promise<void>((enter) => {
      waiting.push({ size, enter });
      letIn();
    });
    return () => {
      free += size;
      letIn();
    };
  };
}

const tooLarge = () =>
  new ServiceError(
    413,
    'too_large',
    `These texts have more than ${ROOM.toLocaleString('en')} bytes: ask for fewer at once.`,
  );

const busy = () =>
  new ServiceError(503, 'busy', 'Too many lists wait for each other: try again, or ask for fewer at once.');
