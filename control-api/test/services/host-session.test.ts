import { readFileSync } from 'node:fs';
import { access, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerChannel } from 'ssh2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import type { Action, Probe, Step } from '../../src/lib/command.ts';
import { AppError, FactsMoved } from '../../src/lib/errors.ts';
import { createHostSessions, type HostSession, type HostSessionEvent } from '../../src/services/host-session.ts';
import { createSsh } from '../../src/services/ssh.ts';
import { runCommand, startServer, type TestServer } from './ssh/server.ts';

const runner = readFileSync(new URL('../../src/host-runner.sh', import.meta.url), 'utf8');

let folder: string;
let host: TestServer;
/** What happens to each exec, in order; without one it is run, as sshd would. */
let execs: ((channel: ServerChannel, cut: () => unknown) => void)[];
let abort: AbortController;
let sessions: ReturnType<typeof createHostSessions>;
let session: HostSession;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'host-session-'));
  await program('sudo', '[ "$1" = -n ] && shift && exec "$@"');
  await program('flock', 'exec "$(PATH="${' + 'PATH#*:}" command -v flock)" -w 0.1 "$3"');
  execs = [];
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, FOLDER: folder };
  host = await startServer({
    onExec: (command, channel, cut) => {
      const special = execs.shift();
      if (special) special(channel, cut);
      else runCommand(command, channel, env);
    },
  });
  const ssh = createSsh({ clock: systemClock, retryWindowMs: 0 });
  sessions = createHostSessions({ ssh, runner, lock: join(folder, 'lock') });
  abort = new AbortController();
  session = await open();
});
afterEach(async () => {
  session.end();
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

function open(username = 'admin'): Promise<HostSession> {
  const { host: address, ...login } = host.login({ username });
  return sessions.open({ ...login, address }, abort.signal);
}

async function program(name: string, body: string): Promise<void> {
  await writeFile(join(folder, name), `#!/usr/bin/env bash\n${body}\n`);
  await chmod(join(folder, name), 0o755);
}

const shell = (line: string): Action => ({ verb: 'run', argv: ['bash', '-c', line] });
const step = (name: string, line: string, more: Partial<Step> = {}): Step => ({
  name,
  effect: 'change',
  timeoutS: 20,
  action: shell(line),
  ...more,
});
const probe = (name: string, line: string, more: Partial<Probe> = {}): Probe => ({
  name,
  action: shell(line),
  ...more,
});
const awaitFile = (name: string) => `until [ -e "$FOLDER/${name}" ]; do sleep 0.01; done`;

/** Runs the steps; gives what was told of them, and the error if there was one. */
async function run(
  steps: Step[],
  more: {
    probes?: Probe[];
    digest?: string;
    onEvent?: (event: HostSessionEvent) => unknown;
    session?: HostSession;
  } = {},
) {
  const events: HostSessionEvent[] = [];
  const error = await (more.session ?? session)
    .runSteps({
      probes: more.probes ?? [],
      digest: more.digest ?? '',
      steps,
      holder: 'op_1 by ann',
      onEvent(event) {
        events.push(event);
        more.onEvent?.(event);
      },
    })
    .then(
      () => undefined,
      (reason) => reason,
    );
  const told = events.map((event) => {
    const what = event.type === 'output' ? event.text : event.type === 'step_done' ? event.outcome : 'started';
    return `${event.index}${event.rescue ? ' rescue' : ''} ${event.name}: ${what}`;
  });
  return { error, events, told };
}

describe('facts', () => {
  test('are readings by name, with a digest of those that are stable', async () => {
    const probes = [
      probe('text', 'printf "a\\n\\nb\\n"'),
      probe('noise', 'echo $RANDOM$RANDOM', { volatile: true }),
      probe('absent', 'exit 127'),
    ];
    const first = await session.readFacts(probes);
    const second = await session.readFacts(probes);
    expect(first.readings).toMatchObject({ text: { exit: 0, output: 'a\n\nb' }, absent: { exit: 127, output: '' } });
    expect(first.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(second.digest).toBe(first.digest);
    expect(second.readings.noise).not.toEqual(first.readings.noise);
    expect(host.seen).toMatchObject({ connections: 1, commands: ['sudo -n bash -s', 'sudo -n bash -s'] });
  });

  test('are read without sudo as root', async () => {
    const root = await open('root');
    await root.readFacts([]);
    root.end();
    expect(host.seen.commands).toEqual(['bash -s']);
  });

  test('are read again on a new connection when the first one is lost, and not a third time', async () => {
    execs = [(_, cut) => cut()];
    expect((await session.readFacts([probe('x', 'echo 1')])).readings).toEqual({ x: { exit: 0, output: '1' } });
    expect(host.seen.connections).toBe(2);
    expect((await run([step('works on', 'echo on')])).error).toBeUndefined();
    execs = [(_, cut) => cut(), (_, cut) => cut()];
    await expect(session.readFacts([])).rejects.toMatchObject({
      code: 'connection_lost',
      message: expect.stringContaining('nothing was changed'),
    });
    expect(host.seen.connections).toBe(3);
  });

  test('of a host that killed the runner are not known', async () => {
    execs = [
      (channel) => {
        channel.exit('KILL');
        channel.end();
      },
    ];
    await expect(session.readFacts([])).rejects.toMatchObject({
      code: 'connection_lost',
      message: expect.stringMatching(/^The program that runs the steps on 127.0.0.1 ended/),
    });
    expect(host.seen.connections).toBe(1);
  });
});

describe('steps', () => {
  test('are told one by one: begun, printed, ended', async () => {
    const { error, told, events } = await run([
      step('change', 'echo one; echo two'),
      step('spared', 'echo no', { guard: ['true'] }),
      step('check', 'true', { effect: 'check' }),
    ]);
    expect(error).toBeUndefined();
    expect(told).toEqual([
      ...['0 change: started', '0 change: one', '0 change: two', '0 change: changed'],
      ...['1 spared: started', '1 spared: unchanged'],
      ...['2 check: started', '2 check: verified'],
    ]);
    expect(events[3]).toMatchObject({ type: 'step_done', exit: 0, ms: expect.any(Number) });
  });

  test('a line is told when it is printed, not when the next one is', async () => {
    const { error } = await run([step('talks', `echo begun; ${awaitFile('go')}`)], {
      onEvent: (event) => event.type === 'output' && writeFile(join(folder, 'go'), ''),
    });
    expect(error).toBeUndefined();
  });

  test('that fail are told with exit code and what was printed last, by them and by their rescue', async () => {
    const rescue = [step('undo', 'echo undone')];
    const { error, told } = await run([
      step('fine', 'true', { rescue: [step('never', 'true')] }),
      step('breaks', 'seq 30; exit 3', { rescue }),
      step('later', 'true'),
    ]);
    expect(error).toMatchObject({ code: 'step_failed', status: 502 });
    const lines = [...Array(19).keys()].map((n) => n + 12).join('\n');
    expect(error.message).toBe(`breaks: exit 3, after printing:\n${lines}\nundone`);
    expect(told.slice(-4)).toEqual([
      '1 breaks: failed',
      '1 rescue undo: started',
      '1 rescue undo: undone',
      '1 rescue undo: changed',
    ]);
  });

  test('that fail may explain themselves, or leave it', async () => {
    const explain = (exit: number, output: string) =>
      output === 'denied' ? new AppError('registry_denied', `exit ${exit}`) : undefined;
    const rescued = (line: string) => run([step('pull', line, { explain })]);
    expect((await rescued('echo denied; exit 4')).error).toMatchObject({ code: 'registry_denied', message: 'exit 4' });
    expect((await rescued('exit 5')).error).toMatchObject({ code: 'step_failed', message: 'pull: exit 5' });
  });

  test('that take too long say so', async () => {
    const { error } = await run([step('slow', 'sleep 20', { timeoutS: 1 })]);
    expect(error.message).toBe('slow: exit 124 (not done within 1 s)');
  });

  test('do not run when the facts moved', async () => {
    const probes = [probe('file', `cat ${folder}/state`)];
    await writeFile(join(folder, 'state'), 'a');
    const { digest } = await session.readFacts(probes);
    await writeFile(join(folder, 'state'), 'b');
    const { error, told } = await run([step('x', 'true')], { probes, digest });
    expect(error).toBeInstanceOf(FactsMoved);
    expect(told).toEqual([]);
  });

  test('do not run while somebody else works on the host, who is named', async () => {
    const begun = Promise.withResolvers<unknown>();
    const first = run([step('works', awaitFile('go'))], { onEvent: begun.resolve });
    await begun.promise;
    const other = await open();
    const { error, told } = await run([step('x', 'true')], { session: other });
    other.end();
    expect(error).toMatchObject({ code: 'target_locked', message: expect.stringContaining('op_1 by ann') });
    expect(told).toEqual([]);
    await writeFile(join(folder, 'go'), '');
    expect((await first).error).toBeUndefined();
  });
});

describe('a run whose end nobody hears of', () => {
  test('is lost; the step under way is unknown, and the host ends it', async () => {
    const steps = [
      step('first', 'true'),
      step('second', `${awaitFile('go')}; touch "$FOLDER/done"`),
      step('third', 'true'),
    ];
    const { error, told } = await run(steps, {
      async onEvent(event) {
        if (event.type !== 'step_started' || event.index !== 1) return;
        for (const socket of host.sockets) socket.destroy();
        await writeFile(join(folder, 'go'), '');
      },
    });
    expect(error).toMatchObject({
      code: 'connection_lost',
      message: expect.stringContaining('"second" was under way'),
    });
    expect(told.slice(-2)).toEqual(['1 second: started', '1 second: unknown']);
    await expect
      .poll(() =>
        access(join(folder, 'done')).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });

  test('is cut when the signal says so', async () => {
    const { error, told } = await run([step('hangs', awaitFile('go'))], {
      onEvent: () => abort.abort(new Error('late')),
    });
    expect(error).toMatchObject({ code: 'connection_lost' });
    expect(told).toEqual(['0 hangs: started', '0 hangs: unknown']);
    await writeFile(join(folder, 'go'), '');
    await expect(session.readFacts([])).rejects.toThrow('late');
  });

  test('is not taken for done because the program ended well', async () => {
    execs = [
      (channel) => {
        channel.exit(0);
        channel.end();
      },
    ];
    const { error } = await run([step('x', 'true')]);
    expect(error).toMatchObject({ code: 'connection_lost', message: expect.stringContaining('before any step') });
  });
});

describe('a host where nothing can be run', () => {
  const failing = (exit: number, stderr: string) => (channel: ServerChannel) => {
    channel.stderr.write(stderr);
    channel.exit(exit);
    channel.end();
  };

  test.each([
    'sudo: a password is required\n',
    'sudo: a terminal is required to read the password\n',
    'ann is not in the sudoers file.\n',
    "Sorry, user ann is not allowed to execute '/usr/bin/bash -s' as root on host.\n",
  ])('says that it wants sudo without a password: %s', async (stderr) => {
    execs = [failing(1, stderr)];
    const error = await session.readFacts([]).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'step_failed', hint: expect.stringContaining('sudo without a password') });
    expect(error.message).toContain(stderr.trim());
  });

  test.each([
    [127, 'bash: sudo: command not found'],
    [65, 'host-runner: the input is not whole'],
  ])('shows what it printed: %i %s', async (exit, stderr) => {
    execs = [failing(exit, stderr), failing(exit, stderr)];
    const wanted = { code: 'step_failed', message: expect.stringContaining(`exit ${exit}): ${stderr}`) };
    await expect(session.readFacts([])).rejects.toMatchObject(wanted);
    expect((await run([step('x', 'true')])).error).toMatchObject(wanted);
  });

  test('a lock that cannot be opened is told', async () => {
    const ssh = createSsh({ clock: systemClock, retryWindowMs: 0 });
    sessions = createHostSessions({ ssh, runner, lock: join(folder, 'no/such/lock') });
    const other = await open();
    const { error } = await run([step('x', 'true')], { session: other });
    other.end();
    expect(error).toMatchObject({ code: 'step_failed', message: expect.stringContaining('No such file') });
  });
});
