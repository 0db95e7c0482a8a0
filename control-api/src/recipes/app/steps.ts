import type { Step } from '../../lib/command.ts';
import { explainHealth, explainRun } from './errors.ts';
import { inspectContainer } from './facts.ts';
import type { Target } from './target.ts';

/** Where there is nothing to ask: so many readings, a second apart, without a restart. */
const RUNNING_TIMES = 10;
const HEALTHY_WITHIN_S = 120;

export interface Start {
  container: string;
  /** Ids of the releases that it takes the place of. */
  replaces: readonly string[];
  options?: readonly string[];
  name?: string;
  rescue: readonly Step[];
}

/** Starts a container of the target's release. */
export function startRelease({ app, file }: Target, { container, replaces, options, name, rescue }: Start): Step {
  const more = options ? { options } : {};
  return {
    name: name ?? `Start ${container}`,
    effect: 'change',
    action: { verb: 'run_release', file, replaces: replaces.join('+'), ...more },
    timeoutS: 120,
    rescue,
    explain: (_exit, output) => explainRun(app, output),
  };
}

/** Waits for the image's HEALTHCHECK, else a 2xx at the URL, else ten seconds without a restart. */
export function waitHealthy(container: string, url: string): Step {
  return {
    name: `Wait until ${container} is healthy`,
    effect: 'check',
    action: { verb: 'wait_healthy', container, url, times: RUNNING_TIMES },
    timeoutS: HEALTHY_WITHIN_S,
    rescue: evidence(container),
    explain: (_exit, output) => explainHealth(container, url, output),
  };
}

/** The state and the last log lines of a container, as they stand in the error of a step that failed. */
export function evidence(container: string): Step[] {
  const read = (name: string, argv: readonly string[]): Step => ({
    name,
    effect: 'check',
    action: { verb: 'run_merged', argv },
    timeoutS: 30,
  });
  return [
    read(`Read the state of ${container}`, inspectContainer(container)),
    read(`Read the last log lines of ${container}`, ['docker', 'logs', '--tail', '20', container]),
  ];
}

export function rename(from: string, to: string): Step {
  return runDocker(`Rename ${from} to ${to}`, 'rename', from, to);
}

/** `graceS`: seconds from SIGTERM to SIGKILL. */
export function stop(container: string, graceS: number): Step {
  return runDocker(`Stop ${container}`, 'stop', '--time', String(graceS), container);
}

export function startAgain(container: string): Step {
  return runDocker(`Start ${container} again`, 'start', container);
}

export function removeContainer(container: string, options: readonly string[]): Step {
  return runDocker(`Remove ${container}`, 'rm', ...options, container);
}

/** Whatever state it is in; content when it is not there (exit 1). */
export function removeIfThere(container: string): Step {
  const argv = ['docker', 'rm', '--force', container];
  return { ...removeContainer(container, []), action: { verb: 'run_accepting', codes: [0, 1], argv } };
}

export function runDocker(name: string, ...words: readonly string[]): Step {
  return { name, effect: 'change', action: { verb: 'run', argv: ['docker', ...words] }, timeoutS: 60 };
}
