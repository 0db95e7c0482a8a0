import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';

export interface RunningProcess {
  pid: number;
  /** Its exit code, or 128 and the number of the signal that ended it. */
  ended: Promise<number>;
  /** SIGTERM, and SIGKILL when it has not ended after `graceMs` milliseconds. */
  end(graceMs: number): Promise<number>;
}

type OnLine = (stream: 'out' | 'err', text: string) => void;

export type Processes = ReturnType<typeof createProcesses>;

/** Real processes of this machine, none of which outlives this one when it ends by itself. */
export function createProcesses() {
  const children = new Set<ChildProcess>();
  const killAll = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  process.on('exit', killAll);

  return {
    /** Rejects with ENOENT when there is no such program. `node` is the Node that runs this. */
    async spawn(
      command: readonly string[],
      environment: Record<string, string>,
      onLine: OnLine,
    ): Promise<RunningProcess> {
      const [program = '', ...words] = command;
      const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', ...environment };
      // Its stdin is a pipe that nobody writes to: a program can see by its end that we were killed.
      // Ctrl-C in our terminal is for us alone, who then end it in order.
      const options = { env, stdio: 'pipe', detached: true } as const;
      const child = spawn(program === 'node' ? process.execPath : program, words, options);
      const ended = once(child, 'close').then(([code, signal]) =>
        exitOf(code as number | null, signal as string | null),
      );
      ended.catch(() => undefined);
      await once(child, 'spawn');
      children.add(child);
      void ended.then(() => children.delete(child));
      child.stdin.on('error', () => undefined);
      createInterface({ input: child.stdout }).on('line', (line) => onLine('out', line));
      createInterface({ input: child.stderr }).on('line', (line) => onLine('err', line));
      return {
        pid: child.pid ?? 0,
        ended,
        async end(graceMs) {
          child.kill('SIGTERM');
          const killing = setTimeout(() => child.kill('SIGKILL'), graceMs);
          const code = await ended;
          clearTimeout(killing);
          return code;
        },
      };
    },
    async close(): Promise<void> {
      const gone = [...children].map((child) => once(child, 'close'));
      killAll();
      await Promise.all(gone);
      process.off('exit', killAll);
    },
  };
}

function exitOf(code: number | null, signal: string | null): number {
  return code ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
}
