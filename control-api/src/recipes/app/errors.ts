import { AppError } from '../../lib/errors.ts';
import { linesOf } from '../recipe.ts';

/** Why `docker run` refused; undefined when its words name no cause that we know. */
export function explainRun(app: string, output: string): AppError | undefined {
  const { own } = split(app, output);
  const evidence = show(own.slice(-3)).replace(/\.$/, '');
  const said = own.join('\n');
  const port = /(?:Bind for|listen tcp4?)\s+\S*?:(\d+)/i.exec(said)?.[1];
  if (/port is already allocated|address already in use/i.test(said)) {
    return new AppError('port_taken', `Port ${port ?? ''} of the host is in use already: ${evidence}.`, {
      hint: 'Choose another port, or remove what uses it: GET /services/docker-apps shows our apps, `ss -tlnp` on the host the rest.',
    });
  }
  if (/cannot assign requested address/i.test(said)) {
    return new AppError(
      'step_failed',
      `The host does not have the address that ${app} shall be bound to: ${evidence}.`,
      {
        hint: 'Send publish "public" or "loopback", or check the private address of the instance.',
      },
    );
  }
  if (/no space left on device/i.test(said)) {
    return new AppError('insufficient_disk', `The disk became full while ${app} was started: ${evidence}.`);
  }
  if (/executable file not found|no such file or directory|permission denied|exec format error/i.test(said)) {
    return new AppError('step_failed', `The program of the image cannot be started: ${evidence}.`, {
      hint: 'Check ENTRYPOINT and CMD of the image, and the platform it was built for.',
    });
  }
  return undefined;
}

/** Why an app did not become healthy: what was seen last, an out-of-memory kill where there was one, its last log lines. */
export function explainHealth(app: string, url: string, output: string): AppError {
  const { own } = split(app, output);
  const evidence = evidenceIn(app, output);
  if (wantedMemory(output)) {
    return new AppError('step_failed', `${app} was killed for want of memory before it became healthy. ${evidence}`, {
      hint: 'Raise memory_mb, or take a larger bundle, and repeat the call.',
    });
  }
  const awaited = url ? `its HEALTHCHECK or 2xx at ${url}` : 'its HEALTHCHECK, or ten seconds without a restart';
  return new AppError('step_failed', `${app} did not become healthy (awaited: ${awaited}). ${evidence}`, {
    hint: own.slice(-2).some((line) => /^running, \S+ answers 000$/.test(line))
      ? silentHint(url)
      : 'Mend the image, its environment or health_path, and repeat the call.',
  });
}

/** Why an app does not run any more though it was ready; the release that it took the place of was started again. */
export function explainCrash(app: string, output: string): AppError {
  const why = wantedMemory(output) ? 'was killed for want of memory' : 'ended, or is not healthy any more';
  const message = `${app} was ready, took over from the release before, and ${why} since; that one was started again. ${evidenceIn(app, output)}`;
  return new AppError('step_failed', message, {
    hint: 'GET /services/docker-apps shows what runs now. Mend the image, its environment or health_path, and repeat the call.',
  });
}

function wantedMemory(output: string): boolean {
  return /"oom":\s*true|out of memory|OOMKilled|heap limit|exited \(137\)/i.test(output);
}

/** What the step, the container's state and its log say. */
function evidenceIn(app: string, output: string): string {
  const { own, state, logs } = split(app, output);
  const seen = `Last seen: ${show([...own.slice(-2), ...(state ? [state] : [])])}.`;
  return logs.length > 0 ? `${seen} Its last log lines: ${show(logs.slice(-10))}` : `${seen} It logged nothing.`;
}

/** curl's 000: nobody took the connection, or nobody answered. */
function silentHint(url: string): string {
  const port = new URL(url).port;
  return `Nothing answers at port ${port}. When the program listens on another port than ${port} of the container, send container_port; when it listens on localhost alone, let it listen on 0.0.0.0. Repeat the call then.`;
}

/**
 * Takes the output of a failed step and of its rescue apart: what the step said itself, the container's state (one
 * line of JSON), its log lines. Docker's echoes of the container's name and id say nothing.
 */
function split(app: string, output: string): { own: string[]; state: string | undefined; logs: string[] } {
  const lines = linesOf(output).filter(
    (line) =>
      !/^[0-9a-f]{64}$/.test(line) &&
      line !== app &&
      line !== `${app}-replaced` &&
      !/^Error.*No such (container|object)/.test(line),
  );
  const at = lines.findIndex((line) => line.startsWith('{"id":'));
  if (at < 0) return { own: lines, state: undefined, logs: [] };
  return { own: lines.slice(0, at), state: stateText(lines[at] ?? ''), logs: lines.slice(at + 1) };
}

function stateText(json: string): string {
  try {
    const { status, restarts, health } = JSON.parse(json) as {
      status: string;
      restarts: number;
      health: string | null;
    };
    return [status, health, restarts > 0 ? `restarted ${restarts} times` : ''].filter(Boolean).join(', ');
  } catch {
    return json;
  }
}

function show(lines: readonly string[]): string {
  return lines.join(' | ').slice(-1500);
}
