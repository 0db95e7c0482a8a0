import { connect } from 'node:net';

/** A connection that says nothing and only stays open, by which one notices that a host goes away. */
export interface Line {
  isOpen(): boolean;
  close(): void;
}

/**
 * Undefined when nothing answers within `timeoutMs`. The kernel asks the other one each second whether it is there, so a
 * host that goes down without a word is missed after some ten seconds, and one that has come back at once.
 */
export function openLine({ host, port }: { host: string; port: number }, timeoutMs: number): Promise<Line | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, keepAlive: true, keepAliveInitialDelay: 1000 });
    const late = setTimeout(() => socket.destroy(), timeoutMs);
    socket.once('connect', () => {
      clearTimeout(late);
      resolve({ isOpen: () => !socket.destroyed, close: () => void socket.destroy() });
    });
    // Its error is told by its close.
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(late);
      resolve(undefined);
    });
    // An end is only noticed by who reads.
    socket.resume();
  });
}
