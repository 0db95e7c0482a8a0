import { readFile, writeFile } from 'node:fs/promises';
import type { Action, Step, Text } from '../../src/lib/command.ts';
import type { Playground } from './in-bash.ts';

/** One program that is run on the host: what it is given, and what it answers. */
export interface Call {
  argv: string[];
  stdin: string;
  /** The config.json of Docker's client, where it was given one. */
  config: string;
  /** What it is given of the record's environment. */
  env: Record<string, string>;
  exit: number;
  output: string;
}

/**
 * Stands for every program: whatever is run as a fact, a step, a guard or a rescue is run by `timeout`. Nothing real is
 * started; what the program would have been given is written down, and the next answer given.
 */
const TIMEOUT = `
shift 2
read -r n <"$FOLDER/n"
echo $((n + 2)) >"$FOLDER/n"
mapfile -d '' -t answers <"$FOLDER/answers"
mapfile -d '' -t env </proc/$$/environ
IFS= read -r -d '' stdin
[ -z "\${DOCKER_CONFIG-}" ] || IFS= read -r -d '' config <"$DOCKER_CONFIG/config.json"
printf '%s\\0' "$#" "$@" "$stdin" "\${config-}" "\${#env[@]}" "\${env[@]}" >>"$FOLDER/log"
printf '%s' "\${answers[n + 1]-}"
exit "\${answers[n]-99}"`;

export async function installPrograms(host: Playground): Promise<void> {
  await host.program('canary', 'touch "$FOLDER/executed"');
  await host.program('timeout', TIMEOUT);
  await host.program('sleep', 'true');
}

/** Makes the programs answer as these calls say, from the first on. */
export async function expectCalls(host: Playground, calls: readonly Call[]): Promise<void> {
  await writeFile(host.path('n'), '0\n');
  await writeFile(host.path('log'), '');
  await writeFile(host.path('answers'), calls.map(({ exit, output }) => `${exit}\0${output}\0`).join(''));
}

/** What was run, with that part of its environment which `expected` names. */
export async function callsSeen(host: Playground, expected: readonly Call[]): Promise<Call[]> {
  const fields = (await readFile(host.path('log'), 'utf8')).split('\0').slice(0, -1);
  const take = () => fields.shift() as string;
  const list = () => fields.splice(0, Number(take()));
  const seen: Call[] = [];
  while (fields.length > 0) {
    const { exit = 99, output = '', env: wanted = {} } = expected[seen.length] ?? {};
    const [argv, stdin, config] = [list(), take(), take()];
    const all = Object.fromEntries(list().map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
    const env = Object.fromEntries(Object.keys(wanted).map((name) => [name, all[name]]));
    seen.push({ argv, stdin, config, env, exit, output });
  }
  return seen;
}

/** The same action on a file below `root`, so that it does not touch this machine's own. */
export function below(root: string, action: Action): Action {
  const move = (path: Text) => [root, ...(Array.isArray(path) ? path : [path])];
  const { path, file, directory } = action as { path?: Text; file?: Text; directory?: string };
  return {
    ...action,
    ...(path === undefined ? {} : { path: move(path) }),
    ...(file === undefined ? {} : { file: move(file) }),
    ...(directory === undefined ? {} : { directory: root + directory }),
  } as Action;
}

export function stepBelow(root: string, step: Step): Step {
  return {
    ...step,
    action: below(root, step.action),
    ...(step.rescue ? { rescue: step.rescue.map((rescue) => stepBelow(root, rescue)) } : {}),
  };
}
