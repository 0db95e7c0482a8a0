import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileIn = (prefix: string) => join(prefix, 'pids/nginx.pid');

/** Remembers this process as the one that runs in `prefix`, until it ends. */
export function rememberMaster(prefix: string): void {
  const file = fileIn(prefix);
  writeFileSync(file, `${process.pid}\n`);
  process.once('exit', () => rmSync(file, { force: true }));
}

/** Sends a signal to the nginx that runs in `prefix`; false when none does. */
export function signalMaster(prefix: string, signal: NodeJS.Signals): boolean {
  const file = fileIn(prefix);
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  try {
    return pid > 0 && process.kill(pid, signal);
  } catch {
    return false;
  }
}
