import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Action, Captured, Probe, Step } from '../../src/lib/command.ts';
import { createMarkerParser, encodeFacts, encodeSteps, type RunnerEvent } from '../../src/lib/records.ts';

export const script = readFileSync(new URL('../../src/host-runner.sh', import.meta.url), 'utf8');

/** A folder that stands for a host: programs of a test's own come first in its PATH; `path` names things in it. */
export interface Playground {
  lock: string;
  path(name: string): string;
  files(): Promise<string[]>;
  /** Puts a shell script of this name before the real program. */
  program(name: string, body: string): Promise<void>;
  /** Feeds bash the script and `input`. */
  start(input: string, options?: { detached?: boolean; script?: string }): Running;
  steps(steps: readonly Step[], more?: Partial<StepsInput>): Running;
  facts(probes: readonly Probe[]): Running;
  remove(): Promise<void>;
}

interface StepsInput {
  probes: readonly Probe[];
  digest: string;
  holder: string;
  detached: boolean;
}

export interface Running {
  child: ChildProcess;
  /** Resolves when the output holds this text. */
  printed(text: string): Promise<void>;
  ended: Promise<Ended>;
}

export interface Ended {
  exit: number | null;
  stdout: string;
  stderr: string;
  /** What the runner said last; undefined when it said nothing. */
  status: string | undefined;
  events: RunnerEvent[];
  /** Outcomes and exit codes of the records that ran: `2 changed 0`. */
  outcomes: string[];
  /** The output of one record, line by line. */
  output(record: number): string[];
}

export const NONCE = 'c0ffee00c0ffee00c0ffee00c0ffee00';

export async function createPlayground(): Promise<Playground> {
  const folder = await mkdtemp(join(tmpdir(), 'host-runner-'));
  const programs = join(folder, 'programs');
  await mkdir(programs);
  const path = (name: string) => join(folder, name);
  const lock = path('fountain.lock');

  function start(input: string, options: { detached?: boolean; script?: string } = {}): Running {
    const env = { ...process.env, PATH: `${programs}:${process.env.PATH}`, FOLDER: folder };
    const child = spawn('bash', ['-s'], { env, detached: options.detached ?? false });
    child.stdin.on('error', () => {});
    child.stdin.end((options.script ?? script) + input);
    return follow(child);
  }

  return {
    lock,
    path,
    files: async () => (await readdir(folder)).filter((name) => name !== 'programs' && name !== 'fountain.lock').sort(),
    async program(name, body) {
      await writeFile(join(programs, name), `#!/usr/bin/env bash\n${body}\n`);
      await chmod(join(programs, name), 0o755);
    },
    start,
    steps: (steps, { probes = [], digest = '', holder = 'a test', detached = false } = {}) =>
      start(encodeSteps(probes, digest, steps, { nonce: NONCE, lock, holder }), { detached }),
    facts: (probes) => start(encodeFacts(probes, { nonce: NONCE, lock, holder: '' })),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function follow(child: ReturnType<typeof spawn>): Running {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return {
    child,
    async printed(text) {
      while (!stdout.includes(text)) await once(child.stdout as NodeJS.EventEmitter, 'data');
    },
    ended: once(child, 'close').then(([exit]) => ({ exit, stdout, stderr, ...readMarkers(stdout) })),
  };
}

function readMarkers(stdout: string): Pick<Ended, 'status' | 'events' | 'outcomes' | 'output'> {
  const events: RunnerEvent[] = [];
  const parse = createMarkerParser(NONCE, (event) => events.push(event));
  stdout.split('\n').forEach(parse);
  return {
    events,
    status: events.flatMap((event) => (event.type === 'done' ? [event.status] : []))[0],
    outcomes: events.flatMap((event) =>
      event.type === 'end' ? [`${event.record} ${event.outcome} ${event.exit}`] : [],
    ),
    output: (record) =>
      events.flatMap((event) => (event.type === 'output' && event.record === record ? [event.text] : [])),
  };
}

export function step(action: Action, more: Partial<Step> = {}): Step {
  return { name: action.verb, effect: 'change', timeoutS: 20, action, ...more };
}

/** A step that runs a line of shell; further words are its positional arguments. */
export function sh(line: string, ...words: (string | Captured)[]): Step {
  return step({ verb: 'run', argv: ['bash', '-c', line, '--', ...words] });
}

/** A line of shell that waits for a file in the playground's folder. */
export const awaitFile = (name: string) => `until [ -e "$FOLDER/${name}" ]; do sleep 0.01; done`;

/** For the programs of a test: calls the real program of this name in their place. */
export const real = (name: string) => `exec "$(PATH="\${PATH#*:}" command -v ${name})"`;
