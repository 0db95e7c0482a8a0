import { AppError } from '../lib/errors.ts';
import { linesOf } from './recipe.ts';

/** What was wished of the host, for the advice. */
interface Attempt {
  heapMb: number;
  memoryMb: number | null;
}

const OUT_OF_MEMORY =
  /^Result=oom-kill|^ExecMainStatus=137|java\.lang\.OutOfMemoryError|Native memory allocation .*failed|insufficient memory for the Java Runtime/im;

/** Why OpenSearch did not start or get healthy. `output` holds what the step, the unit and its journal said. */
export function explainStart({ heapMb, memoryMb }: Attempt, output: string): AppError {
  const lines = linesOf(output);
  const evidence = lines.slice(-12).join(' | ').slice(-1500);
  if (OUT_OF_MEMORY.test(output) || wasKilled(lines)) {
    const needed = memoryMb === null ? [] : [{ message: 'more RAM than the host has', needed_mb: memoryMb + 1 }];
    return new AppError(
      'step_failed',
      `OpenSearch died for want of memory, with a heap of ${heapMb} MB: ${evidence}.`,
      {
        hint: 'Send a smaller heap_mb, remove other programs from the host, or take the next larger bundle.',
        details: needed,
      },
    );
  }
  if (/Address already in use|Failed to bind to/i.test(output)) {
    return new AppError('port_taken', `Another program listens on port 9200 of the host: ${evidence}.`, {
      hint: 'Find it with `sudo ss -tlnp sport = :9200` on the host, stop it, and repeat the call.',
    });
  }
  return new AppError('step_failed', `OpenSearch did not become healthy (awaited: yellow or green). ${evidence}.`, {
    hint: 'Read `journalctl -u opensearch -n 50` and /var/log/opensearch/fountain.log on the host, mend the cause and repeat the call.',
  });
}

/** The kernel ends with SIGKILL what takes too much memory; systemd itself never does so with this unit. */
function wasKilled(lines: readonly string[]): boolean {
  return lines.includes('Result=signal') && lines.includes('ExecMainStatus=9');
}
