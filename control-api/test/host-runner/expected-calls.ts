import { type Action, Captured, type Probe, type Step, type Text } from '../../src/lib/command.ts';
import { Secret } from '../../src/lib/secret.ts';
import type { Call } from './scripted-programs.ts';

/** What facts read by programs; those that the script reads itself call none. */
export function callsOfProbes(probes: readonly Probe[], readings: Record<string, { exit: number; output: string }>) {
  return probes.flatMap(({ name, action }): Call[] => {
    if (action.verb !== 'run' && action.verb !== 'run_merged') return [];
    const { exit, output } = readings[name] ?? { exit: 127, output: '' };
    const stdin = action.verb === 'run' ? plain(action.stdin ?? '') : '';
    return [{ argv: action.argv.map((word) => plain(word)), stdin, config: '', env: {}, exit, output }];
  });
}

/** What the host's engine tells of the image. */
const captured = { digest: 'd'.repeat(64), architecture: '' };
const STATE = `{{if or (not .State.Running) (gt .RestartCount 0)}}stopped{{else if .State.Health}}{{.State.Health.Status}}`;

/** The programs that an action must run: exactly these, with exactly these arguments. */
function callsOf(action: Action, releases: Map<string, string[]>, exit = 0): Call[] {
  const call = (argv: readonly Text[], more: Partial<Call> = {}): Call => ({
    argv: argv.map((word) => plain(word)),
    ...{ stdin: '', config: '', env: {}, exit, output: '' },
    ...more,
  });
  switch (action.verb) {
    case 'run': {
      const env = Object.entries(action.env ?? {}).map(([name, value]) => [name, plain(value)]);
      return [call(action.argv, { stdin: plain(action.stdin ?? ''), env: Object.fromEntries(env) })];
    }
    case 'run_merged':
    case 'run_accepting':
      return [call(action.argv)];
    case 'wait_until':
      return [call(action.argv, { output: action.want })];
    case 'capture': {
      const value = captured[action.variable as keyof typeof captured];
      return [call(action.argv, { output: `other\n${action.prefix}${value}\n` })];
    }
    case 'docker_auth':
      return [call(action.argv, { config: plain(action.config) })];
    case 'run_release': {
      const [, count, ...rest] = releases.get(plain(action.file)) as string[];
      const env = Object.fromEntries(rest.splice(0, Number(count)).map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
      const words = ['--detach', '--label', `fountain.replaces=${action.replaces}`, ...(action.options ?? []), ...rest];
      return [call(['docker', 'run', ...words], { env })];
    }
    case 'wait_healthy': {
      const format = `${STATE}{{else}}running{{end}}`;
      const inspect = call(['docker', 'inspect', '--type', 'container', '--format', format, action.container], {
        output: 'running',
      });
      if (exit !== 0) return [inspect];
      if (action.url === '') return Array.from({ length: action.times }, () => inspect);
      const request = ['--silent', '--output', '/dev/null', '--max-time', '5', '--write-out', '%{http_code}'];
      const reading = [inspect, call(['curl', ...request, action.url], { output: '200' })];
      return Array.from({ length: action.steady ?? 1 }, () => reading).flat();
    }
    case 'write_list':
      releases.set(
        plain(action.path),
        action.items.map((item) => plain(item)),
      );
      return [];
    default:
      return [];
  }
}

export interface Course {
  /** The guards say that their steps are not needed. */
  spared: boolean;
  /** Which of the steps that can fail does so, if any. */
  broken: number | null;
}

/** The programs of a whole run, and the step that fails. */
export function callsOfSteps(steps: readonly Step[], { spared, broken }: Course, releases: Map<string, string[]>) {
  const fragile = steps.filter(({ action, guard }) => !guard && /^(run|capture|docker|wait_healthy)/.test(action.verb));
  const failing = broken === null ? undefined : fragile[broken % fragile.length];
  const calls: Call[] = [];
  for (const step of steps) {
    if (step.guard) calls.push(...callsOf({ verb: 'run', argv: step.guard }, releases, spared ? 0 : 1));
    if (step.guard && spared) continue;
    calls.push(...callsOf(step.action, releases, step === failing ? 9 : 0));
    if (step !== failing) continue;
    calls.push(...(step.rescue ?? []).flatMap(({ action }) => callsOf(action, releases)));
    break;
  }
  return { calls, failing };
}

/** The text that the host gets: secrets as they are, captured values as they were found. */
export function plain(text: Text): string {
  if (typeof text === 'string') return text;
  if (text instanceof Secret) return text.reveal();
  if (text instanceof Captured) return captured[text.name as keyof typeof captured];
  return text.map((part) => plain(part)).join('');
}
