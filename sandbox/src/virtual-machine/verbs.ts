import type { Machine } from './machine.ts';
import type { ProgramResult } from './program.ts';
import { runProgram } from './programs/index.ts';
import type { RunnerRecord } from './runner-input.ts';

export interface Performed {
  exit: number;
  outcome: 'changed' | 'unchanged';
  stdout: string;
  /** Both outputs, as a step shows them. */
  merged: string;
}

export interface Verbs {
  captured: Map<string, string>;
  nonce: string;
}

type Verb = (machine: Machine, record: RunnerRecord, run: Run, verbs: Verbs) => Promise<Performed>;
type Run = (argv: readonly string[]) => Promise<ProgramResult>;

const plain = ({ exit, stdout, stderr }: ProgramResult): Performed => ({
  exit,
  outcome: 'changed',
  stdout,
  merged: stdout + stderr,
});
const say = (exit: number, outcome: Performed['outcome'], text = ''): Performed => ({
  exit,
  outcome,
  stdout: text,
  merged: text,
});

const verbs: Record<string, Verb> = {
  run: async (_, { argv }, run) => plain(await run(argv)),
  async run_merged(_, { argv }, run) {
    const result = plain(await run(argv));
    return { ...result, stdout: result.merged };
  },
  async run_accepting(_, { argv }, run) {
    const [codes = '', ...command] = argv;
    const result = plain(await run(command));
    return { ...result, exit: codes.split(',').includes(String(result.exit)) ? 0 : result.exit };
  },
  capture,
  write_file: async (machine, { argv: [path = '', mode = ''], data = '' }) => install(machine, path, mode, data),
  write_list: async (machine, { argv: [path = '', mode = '', ...items] }) =>
    install(machine, path, mode, items.map((item) => `${item}\0`).join('')),
  async remove_file({ disk }, { argv: [path = ''] }) {
    if (!disk.files[path]) return say(0, 'unchanged');
    delete disk.files[path];
    return say(0, 'changed');
  },
  wait_until,
  docker_auth,
  run_release,
  async read_releases({ disk }, { argv: [folder = ''] }) {
    const below = Object.keys(disk.files).filter((path) => path.startsWith(`${folder}/`) && path.endsWith('.release'));
    const depth = (path: string) => path.slice(folder.length + 1).split('/').length;
    const shown = [1, 2].flatMap((level) => below.filter((path) => depth(path) === level).sort());
    return say(0, 'changed', shown.map((path) => `${disk.files[path]?.content.split('\0')[0]}\n`).join(''));
  },
  wait_healthy,
};

/** Does what a record says, as host-runner.sh's `perform` does. */
export async function perform(machine: Machine, raw: RunnerRecord, state: Verbs): Promise<Performed> {
  const record = expand(raw, state);
  if (!record) return say(65, 'changed', 'a value was never captured\n');
  const env = Object.fromEntries(
    record.environment.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const run: Run = (argv) => runProgram(machine, argv, { stdin: record.data ?? '', env });
  if (record.guard.length > 0 && (await runProgram(machine, record.guard, { stdin: '', env })).exit === 0)
    return say(0, 'unchanged');
  const verb = verbs[record.verb];
  return verb ? verb(machine, record, run, state) : say(64, 'changed', `unknown verb: ${record.verb}\n`);
}

/** Puts captured values in; undefined when one is missing. */
function expand(record: RunnerRecord, { captured, nonce }: Verbs): RunnerRecord | undefined {
  let whole = true;
  const text = (value: string) => {
    const filled = [...captured].reduce(
      (filling, [name, found]) => filling.replaceAll(`@{${nonce}:${name}}`, () => found),
      value,
    );
    if (filled.includes(`@{${nonce}:`)) whole = false;
    return filled;
  };
  const { argv, guard, environment, data } = record;
  const filled = {
    ...record,
    argv: argv.map(text),
    guard: guard.map(text),
    environment: environment.map(text),
    data: data === undefined ? undefined : text(data),
  };
  return whole ? filled : undefined;
}

async function capture(_machine: Machine, { argv }: RunnerRecord, run: Run, { captured }: Verbs): Promise<Performed> {
  const [variable = '', prefix = '', ...command] = argv;
  const { exit, stdout, stderr } = await run(command);
  const line = exit === 0 ? stdout.split('\n').find((candidate) => candidate.startsWith(prefix)) : undefined;
  if (line === undefined) {
    const text = `${stdout.replace(/\n+$/, '')}\n`;
    return { exit: exit || 1, outcome: 'changed', stdout: text, merged: text + stderr };
  }
  captured.set(variable, line.slice(prefix.length));
  return say(0, 'unchanged', `${line}\n`);
}

function install(machine: Machine, path: string, mode: string, content: string): Performed {
  const wanted = String(Number(mode));
  const there = machine.disk.files[path];
  if (there?.content === content && there.mode === wanted) return say(0, 'unchanged');
  if (machine.diskFull) return say(1, 'changed', `cat: write error: No space left on device\n`);
  machine.disk.files[path] = { mode: wanted, content };
  return say(0, 'changed');
}

async function wait_until({ time }: Machine, { argv, timeoutS }: RunnerRecord, run: Run): Promise<Performed> {
  const [interval = '0', times = '1', want = '', stop = '', ...command] = argv;
  const deadline = time.now() + timeoutS * 1000;
  let text = '';
  for (let good = 0, shown = ''; ; ) {
    const { exit, stdout, stderr } = await run(command);
    const last = (stdout + stderr).replace(/\n+$/, '');
    if (last !== shown) text += `${last}\n`;
    shown = last;
    if (exit === 0 && (want === '' || last === want)) {
      good += 1;
      if (good >= Number(times)) return say(0, 'unchanged', text);
    } else {
      good = 0;
      if (stop !== '' && last === stop) return say(1, 'unchanged', text);
    }
    if (time.now() >= deadline)
      return say(124, 'unchanged', `${text}waited ${timeoutS} s; last reading: exit ${exit}\n`);
    await time.sleep(Number(interval) || 0.2);
  }
}

/** Numbers the temporary folders of docker_auth. */
let folders = 0;

async function docker_auth(machine: Machine, { argv, data = '', environment }: RunnerRecord): Promise<Performed> {
  folders += 1;
  const folder = `/run/fountain-docker.${folders}`;
  const env = Object.fromEntries(environment.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  machine.disk.files[`${folder}/config.json`] = { mode: '600', content: data };
  try {
    return plain(await runProgram(machine, argv, { stdin: '', env: { ...env, DOCKER_CONFIG: folder } }));
  } finally {
    delete machine.disk.files[`${folder}/config.json`];
  }
}

async function run_release(machine: Machine, { argv: [file = '', replaces = ''] }: RunnerRecord): Promise<Performed> {
  const content = machine.disk.files[file]?.content;
  if (content === undefined) return say(1, 'changed', `${file}: No such file or directory\n`);
  const [, count = '', ...rest] = content.split('\0').slice(0, -1);
  if (!/^\d+$/.test(count)) return say(1, 'changed', `not a release file: ${file}\n`);
  const pairs = rest.slice(0, Number(count));
  const env = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const argv = ['docker', 'run', '--detach', '--label', `fountain.replaces=${replaces}`, ...rest.slice(Number(count))];
  return plain(await runProgram(machine, argv, { stdin: '', env }));
}

const STATE_FORMAT =
  '{{if or (not .State.Running) (gt .RestartCount 0)}}stopped{{else if .State.Health}}{{.State.Health.Status}}{{else}}running{{end}}';

async function wait_healthy(machine: Machine, { argv, timeoutS }: RunnerRecord, run: Run): Promise<Performed> {
  const [name = '', url = '', times = '1'] = argv;
  const { time } = machine;
  const deadline = time.now() + timeoutS * 1000;
  let text = '';
  for (let good = 0, shown = ''; ; ) {
    const inspected = await run(['docker', 'inspect', '--type', 'container', '--format', STATE_FORMAT, name]);
    let state = inspected.exit === 0 ? inspected.stdout.trim() : 'absent';
    if (state === 'running' && url !== '') {
      const asked = [
        'curl',
        '--silent',
        '--output',
        '/dev/null',
        '--max-time',
        '5',
        '--write-out',
        '%{http_code}',
        url,
      ];
      const { stdout: status } = await run(asked);
      state = /^2..$/.test(status) ? 'healthy' : `running, ${url} answers ${status}`;
    }
    if (state !== shown) text += `${state}\n`;
    shown = state;
    if (state === 'healthy') return say(0, 'unchanged', text);
    if (state === 'stopped' || state === 'absent') return say(1, 'unchanged', text);
    good = state === 'running' ? good + 1 : 0;
    if (good >= Number(times)) return say(0, 'unchanged', text);
    if (time.now() >= deadline) return say(124, 'unchanged', `${text}not healthy after ${timeoutS} s\n`);
    await time.sleep(1);
  }
}
