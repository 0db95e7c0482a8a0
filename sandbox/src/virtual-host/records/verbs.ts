import { execute, type Run } from './execute.ts';
import { installFile } from './install-file.ts';
import { stripNewlines } from './text.ts';

export interface Result {
  exit: number;
  unchanged?: boolean;
}

/** A verb of host-runner.sh, named and behaving as its function there. `captured` is what `capture` fills. */
export type Verb = (run: Run, words: string[], captured: Map<string, string>) => Promise<Result>;

const CONTAINER_STATE =
  '{{if or (not .State.Running) (gt .RestartCount 0)}}stopped{{else if .State.Health}}{{.State.Health.Status}}{{else}}running{{end}}';

const writeFile =
  (content: (run: Run, items: string[]) => string): Verb =>
  async (run, [path = '', mode = '', ...items]) => {
    const changed = installFile(run, path, mode, content(run, items));
    return changed === undefined ? { exit: 1 } : { exit: 0, unchanged: !changed };
  };

const capture: Verb = async (run, [variable = '', prefix = '', ...words], captured) => {
  const { exit, output } = await collect(run, words, 'out');
  const line = exit === 0 ? output.split('\n').find((one) => one.startsWith(prefix)) : undefined;
  if (line === undefined) {
    run.out(`${output}\n`);
    return { exit: exit || 1 };
  }
  captured.set(variable, line.slice(prefix.length));
  run.out(`${line}\n`);
  return { exit: 0, unchanged: true };
};

const removeFile: Verb = async (run, [path = '']) => {
  run.signal.throwIfAborted();
  const { files } = run.machine;
  if (!files.exists(path)) return { exit: 0, unchanged: true };
  if (files.isDirectory(path)) {
    run.err(`rm: cannot remove '${path}': Is a directory\n`);
    return { exit: 1 };
  }
  files.remove(path);
  return { exit: 0 };
};

const waitUntil: Verb = async (run, [interval = '', times = '', want = '', stop = '', ...words]) => {
  const deadline = run.timer.now() + run.limitS * 1000;
  let shown = '';
  let unchanged = true;
  for (let good = 0; ; ) {
    const left = Math.ceil((deadline - run.timer.now()) / 1000);
    const { exit, output } = await collect({ ...run, limitS: Math.max(1, left) }, words, 'both');
    if (output !== shown) run.out(`${output}\n`);
    shown = output;
    good = exit === 0 && (want === '' || output === want) ? good + 1 : 0;
    if (good >= Number(times) && good > 0) return { exit: 0, unchanged };
    unchanged &&= good > 0;
    if (good === 0 && stop !== '' && output.includes(stop)) return { exit: 1 };
    if (run.timer.now() >= deadline) {
      run.out(`waited ${run.limitS} s; last reading: exit ${exit}\n`);
      return { exit: 124 };
    }
    await pause(run, Number(interval));
  }
};

const dockerAuth: Verb = async (run, words) => {
  const { files } = run.machine;
  const directory = `${run.lock.replace(/\.lock$/, '')}-docker`;
  files.removeDirectory(directory);
  files.makeDirectories(directory);
  try {
    files.write(`${directory}/config.json`, run.stdin ?? '', '600');
    const environment = [...run.environment, `DOCKER_CONFIG=${directory}`];
    return { exit: await execute({ ...run, stdin: undefined, environment }, words) };
  } finally {
    files.removeDirectory(directory);
  }
};

const runRelease: Verb = async (run, [file = '', replaces = '', ...options]) => {
  const found = run.machine.files.find(file);
  if (!found) {
    run.err(`main: line 184: ${file}: No such file or directory\n`);
    return { exit: 1 };
  }
  const [, count = '', ...items] = found.text.split('\0').slice(0, -1);
  if (!/^\d+$/.test(count)) {
    run.out(`not a release file: ${file}\n`);
    return { exit: 1 };
  }
  const environment = items.slice(0, Number(count));
  const label = ['--label', `fountain.replaces=${replaces}`];
  const words = ['docker', 'run', '--detach', ...label, ...options, ...items.slice(Number(count))];
  return { exit: await execute({ ...run, environment }, words) };
};

const readReleases: Verb = async (run, [directory = '']) => {
  const { files } = run.machine;
  for (const path of [...files.below(directory, 1), ...files.below(directory, 2)]) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!name.endsWith('.release') || name.startsWith('.')) continue;
    const [line, ...rest] = files.read(path).split('\0');
    if (rest.length > 0) run.out(`${line}\n`);
  }
  return { exit: 0 };
};

const waitHealthy: Verb = async (run, [name = '', url = '', times = '', steady = '1']) => {
  const deadline = run.timer.now() + run.limitS * 1000;
  let shown = '';
  for (let good = 0; ; ) {
    const state = await reading(run, name, url, Number(steady));
    if (state !== shown) run.out(`${state}\n`);
    shown = state;
    if (state === 'stopped' || state === 'absent') return { exit: 1 };
    good = state === 'healthy' || state === 'running' ? good + 1 : 0;
    if (good >= Number(state === 'healthy' ? steady : times)) return { exit: 0, unchanged: true };
    if (run.timer.now() >= deadline) {
      run.out(`not healthy after ${run.limitS} s\n`);
      return { exit: 124 };
    }
    await pause(run, 1);
  }
};

async function reading(run: Run, name: string, url: string, steady: number): Promise<string> {
  const inspect = ['docker', 'inspect', '--type', 'container', '--format', CONTAINER_STATE, name];
  const { exit, output } = await collect({ ...run, limitS: 20, err: () => {} }, inspect, 'out');
  const state = exit === 0 ? output : 'absent';
  const isAsked = state === 'running' || (state === 'healthy' && steady > 1);
  if (!isAsked || url === '') return state;
  const ask = ['curl', '--silent', '--output', '/dev/null', '--max-time', '5', '--write-out', '%{http_code}', url];
  const { output: status } = await collect({ ...run, limitS: 10 }, ask, 'out');
  return /^2..$/.test(status) ? 'healthy' : `${state}, ${url} answers ${status}`;
}

export const verbs: Readonly<Record<string, Verb>> = {
  run: async (run, words) => ({ exit: await execute(run, words) }),
  run_merged: async (run, words) => ({ exit: await execute({ ...run, err: run.out }, words) }),
  run_accepting: async (run, [codes = '', ...words]) => {
    const exit = await execute(run, words);
    return { exit: codes.split(',').includes(String(exit)) ? 0 : exit };
  },
  capture,
  write_file: writeFile(({ stdin = '' }) => stdin),
  write_list: writeFile((_, items) => items.map((item) => `${item}\0`).join('') || '\0'),
  remove_file: removeFile,
  wait_until: waitUntil,
  docker_auth: dockerAuth,
  run_release: runRelease,
  read_releases: readReleases,
  wait_healthy: waitHealthy,
};

/** `$(...)`: what a program prints, without the newlines at its end. */
async function collect(run: Run, words: readonly string[], what: 'out' | 'both') {
  let text = '';
  const out = (more: string) => {
    text += more;
  };
  const exit = await execute({ ...run, out, err: what === 'both' ? out : run.err }, words);
  return { exit, output: stripNewlines(text) };
}

/** `sleep` of the runner itself, which no time limit ends. */
async function pause({ timer, signal }: Run, seconds: number): Promise<void> {
  await timer.sleep(seconds * 1000, signal);
}
