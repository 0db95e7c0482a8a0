import { AppError } from '../lib/errors.ts';
import { lastLines } from './recipe.ts';

/** Why `docker run` refused; undefined when its words name no cause that we know. */
export function explainRun(app: string, output: string): AppError | undefined {
  const evidence = lastLines(output, 3);
  const port = /(?:Bind for|listen tcp4?)\s+\S*?:(\d+)/i.exec(output)?.[1];
  if (/port is already allocated|address already in use/i.test(output)) {
    return new AppError('step_failed', `Port ${port ?? ''} of the host is in use already: ${evidence}.`, {
      hint: 'Choose another port, or remove what uses it: GET /services/docker-apps shows our apps, `ss -tlnp` on the host the rest.',
    });
  }
  if (/cannot assign requested address/i.test(output)) {
    return new AppError(
      'step_failed',
      `The host does not have the address that ${app} shall be bound to: ${evidence}.`,
      {
        hint: 'Send publish "public" or "loopback", or check the private address of the instance.',
      },
    );
  }
  if (/no space left on device/i.test(output)) {
    return new AppError('insufficient_disk', `The disk became full while ${app} was started: ${evidence}.`);
  }
  if (/executable file not found|no such file or directory|permission denied|exec format error/i.test(output)) {
    return new AppError('step_failed', `The program of the image cannot be started: ${evidence}.`, {
      hint: 'Check ENTRYPOINT and CMD of the image, and the platform it was built for.',
    });
  }
  return undefined;
}

/** Why an app did not become healthy: what was seen last, and an out-of-memory kill where the evidence shows one. */
export function explainHealth(app: string, url: string, output: string): AppError {
  const states = lastLines(output, 6);
  const killed = /"oom":\s*true|out of memory|OOMKilled|heap limit|exited \(137\)/i.test(output);
  const awaited = url ? `its HEALTHCHECK or ${url}` : 'its HEALTHCHECK, or ten seconds without a restart';
  if (killed) {
    return new AppError('step_failed', `${app} was killed for want of memory before it became healthy: ${states}.`, {
      hint: 'Raise memory_mb, or take a larger bundle, and repeat the call.',
    });
  }
  return new AppError('step_failed', `${app} did not become healthy (awaited: ${awaited}): ${states}.`, {
    hint: `Read its last log lines, mend the image, its env or health_path, and repeat the call.`,
  });
}
