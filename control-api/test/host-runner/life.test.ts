import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeSteps } from '../../src/lib/records.ts';
import { awaitFile, createPlayground, type Playground, type Running, real, script, sh } from './in-bash.ts';

let host: Playground;
beforeEach(async () => {
  host = await createPlayground();
  // The same lock, waited for 0.1 s instead of 10.
  await host.program('flock', `${real('flock')} -w 0.1 "$3"`);
});
afterEach(() => host.remove());

const release = () => writeFile(host.path('go'), '');

describe('the lock', () => {
  test('lets one run at a time work on a host, and tells the other who does', async () => {
    const first = host.steps([sh(`echo begun; ${awaitFile('go')}`)], { holder: 'op_1 by ann since noon' });
    await first.printed('begun');
    const second = await host.steps([sh('touch "$FOLDER/second"')], { holder: 'op_2 by bob' }).ended;
    expect(second).toMatchObject({ status: 'locked', exit: 1, outcomes: [] });
    expect(second.stdout).toContain('op_1 by ann since noon\n');
    await release();
    expect(await first.ended).toMatchObject({ status: 'ok' });
    expect(await host.files()).toEqual(['go']);
    expect((await host.steps([sh('true')]).ended).status).toBe('ok');
    expect((await stat(host.lock)).mode & 0o777).toBe(0o600);
  });

  test('is free when its holder is killed', async () => {
    const first = host.steps([sh(`echo begun; ${awaitFile('go')}`)]);
    await first.printed('begun');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect((await host.steps([sh('true')]).ended).status).toBe('ok');
    await release();
    expect((await first.ended).status).toBeUndefined();
  });

  test('is not kept by a program that a step leaves behind, and neither is the connection', async () => {
    const run = host.steps([sh('sleep 60 & echo $!'), sh('echo next')]);
    const { status, output } = await run.ended;
    expect(status).toBe('ok');
    expect(output(1)).toEqual(['next']);
    expect((await host.steps([sh('true')]).ended).status).toBe('ok');
    process.kill(Number(output(0)[0]));
  });

  test('that cannot be opened is told', async () => {
    const input = encodeSteps([], '', [sh('touch "$FOLDER/ran"')], {
      nonce: 'c0ffee00c0ffee00c0ffee00c0ffee00',
      lock: '/no/such/folder/lock',
      holder: '',
    });
    expect(await host.start(input).ended).toMatchObject({ status: 'invalid', exit: 1 });
    expect(await host.files()).toEqual([]);
  });
});

describe('when nobody listens any more', () => {
  const untilGo = `echo begun; ${awaitFile('go')}; echo some; echo more >&2`;
  async function abandon(run: Running) {
    await run.printed('begun');
    run.child.stdout?.destroy();
    run.child.stderr?.destroy();
    await release();
    return run.ended;
  }

  test('the step under way ends by itself and no further one starts', async () => {
    const run = host.steps([sh(`${untilGo}; touch "$FOLDER/first"`), sh('touch "$FOLDER/second"')]);
    expect((await abandon(run)).exit).toBe(74);
    expect(await host.files()).toEqual(['first', 'go']);
  });

  test('a step that fails is still rescued', async () => {
    const failing = { ...sh(`${untilGo}; exit 1`), rescue: [sh('touch "$FOLDER/rescued"')] };
    await abandon(host.steps([failing, sh('touch "$FOLDER/second"')]));
    expect(await host.files()).toEqual(['go', 'rescued']);
  });

  test('a hang-up of the terminal does not end the step', async () => {
    const run = host.steps([sh(`${untilGo}; touch "$FOLDER/first"`), sh('touch "$FOLDER/second"')], { detached: true });
    await run.printed('begun');
    process.kill(-(run.child.pid as number), 'SIGHUP');
    await release();
    expect((await run.ended).status).toBe('ok');
    expect(await host.files()).toEqual(['first', 'go', 'second']);
  });
});

describe('input that was cut off', () => {
  // Where it is cut behind a word that looks like the end, only the count of fields tells.
  const steps = [sh('touch "$FOLDER/ran"', 'END'), sh('true', 'END', 'END')];
  const input = () => encodeSteps([], '', steps, { nonce: 'n', lock: host.lock, holder: 'h' });

  async function eachCut(cuts: readonly number[], run: (cut: number) => Promise<void>) {
    const queue = [...cuts];
    const worker = async () => {
      for (let cut = queue.pop(); cut !== undefined; cut = queue.pop()) await run(cut);
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
  }

  test('runs nothing, wherever it was cut', async () => {
    const whole = input();
    // The last field may lack its NUL: nothing is missing then.
    await eachCut([...Array(whole.length - 1).keys()], async (cut) => {
      const ended = await host.start(whole.slice(0, cut)).ended;
      expect(ended).toMatchObject({ exit: 65, stdout: '', stderr: 'host-runner: the input is not whole\n' });
    });
    expect(await host.files()).toEqual([]);
    await host.start(whole).ended;
    expect(await host.files()).toEqual(['ran']);
  });

  test('runs nothing when it ends within the script', async () => {
    const end = script.trimEnd().length;
    const cuts = [...Array(60).keys()].map((n) => Math.floor((n * end) / 60));
    await eachCut([...cuts, ...[1, 2, 3, 5, 8, 11, 14].map((back) => end - back)], async (cut) => {
      const { stdout } = await host.start('', { script: script.slice(0, cut) }).ended;
      expect(stdout).toBe('');
    });
    expect(await host.files()).toEqual([]);
  });

  test('is told from input of another format', async () => {
    const { exit, stderr } = await host.start(input().replace('FOUNTAIN/1', 'FOUNTAIN/2')).ended;
    expect({ exit, stderr }).toEqual({ exit: 65, stderr: 'host-runner: the input is not whole\n' });
    expect(await readFile(host.lock).catch(() => 'untouched')).toBe('untouched');
  });
});
