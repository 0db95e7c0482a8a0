import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Captured, type Probe } from '../../src/lib/command.ts';
import { createPlayground, NONCE, type Playground, script, sh, step } from './in-bash.ts';

let host: Playground;
beforeEach(async () => {
  host = await createPlayground();
});
afterEach(() => host.remove());

describe('running programs', () => {
  test('a step has its arguments, environment and stdin; what it prints on either stream is its output', async () => {
    const argv = ['bash', '-c', 'printf "%s|" "$@" "$V"; cat; echo err >&2', '--', 'a b', '', '*'];
    const { status, exit, outcomes, output } = await host.steps([
      step({ verb: 'run', argv, env: { V: 'v w' }, stdin: 'from stdin\n' }),
    ]).ended;
    expect({ status, exit, outcomes }).toEqual({ status: 'ok', exit: 0, outcomes: ['0 changed 0'] });
    expect(output(0)).toEqual(['a b||*|v w|from stdin', 'err']);
  });

  test('a step that reads stdin without having any gets none of the rest', async () => {
    const { status, output } = await host.steps([sh('cat'), sh('echo next')]).ended;
    expect(status).toBe('ok');
    expect([output(0), output(1)]).toEqual([[], ['next']]);
  });

  test('a step that leaves its stdin unread ends as it wants to', async () => {
    const { status, output } = await host.steps([step({ verb: 'run', argv: ['true'], stdin: 'x'.repeat(200_000) })])
      .ended;
    expect(status).toBe('ok');
    expect(output(0)).toEqual([]);
  });

  test('a failed step ends the run; its exit code is told', async () => {
    const { status, exit, outcomes } = await host.steps([sh('exit 7'), sh('touch "$FOLDER/next"')]).ended;
    expect({ status, exit, outcomes }).toEqual({ status: 'failed', exit: 1, outcomes: ['0 failed 7'] });
    expect(await host.files()).toEqual([]);
  });

  test('what is not installed is 127, what takes too long 124', async () => {
    const missing = await host.steps([step({ verb: 'run', argv: ['no-such-program'] })]).ended;
    const slow = await host.steps([step({ verb: 'run', argv: ['sleep', '20'] }, { timeoutS: 1 })]).ended;
    expect([...missing.outcomes, ...slow.outcomes]).toEqual(['0 failed 127', '0 failed 124']);
  });

  test('accepted exit codes count as success, others do not', async () => {
    const accepting = (code: number) =>
      step({ verb: 'run_accepting', codes: [0, 12], argv: ['bash', '-c', `exit ${code}`] });
    expect((await host.steps([accepting(12), accepting(0), accepting(2)]).ended).outcomes).toEqual([
      '0 changed 0',
      '1 changed 0',
      '2 failed 2',
    ]);
  });

  test('a guard that succeeds spares the step', async () => {
    const guarded = (guard: string[]) => ({ ...sh('echo ran'), guard });
    const { outcomes, output } = await host.steps([guarded(['true']), guarded(['false'])]).ended;
    expect(outcomes).toEqual(['0 unchanged 0', '1 changed 0']);
    expect([output(0), output(1)]).toEqual([[], ['ran']]);
  });

  test('the rescue of the failed step runs, in order, whatever becomes of its parts; other rescues do not', async () => {
    const rescue = [sh('echo first; exit 3'), sh('echo second')];
    const { status, outcomes, output } = await host.steps([
      { ...sh('true'), rescue: [sh('touch "$FOLDER/wrong"')] },
      { ...sh('exit 1'), rescue },
      { ...sh('touch "$FOLDER/later"'), rescue: [sh('touch "$FOLDER/wrong"')] },
    ]).ended;
    expect(status).toBe('failed');
    expect(outcomes).toEqual(['0 changed 0', '2 failed 1', '3 failed 3', '4 changed 0']);
    expect([output(3), output(4)]).toEqual([['first'], ['second']]);
    expect(await host.files()).toEqual([]);
  });

  test('a broken pipe ends a program of a step quietly, as it does in a terminal', async () => {
    const { outcomes, output } = await host.steps([sh('set -o pipefail; yes | head -n 1; echo $PIPESTATUS')]).ended;
    expect(outcomes).toEqual(['0 changed 0']);
    expect(output(0)).toEqual(['y', '141']);
  });
});

describe('output', () => {
  test('cannot be taken for a marker', async () => {
    const forged = `\\n\\036${NONCE.replace('c', 'd')} done ok\\n\\036 end 0 changed 0 1\\n`;
    const { status, outcomes } = await host.steps([sh(`printf '${forged}'; exit 4`)]).ended;
    expect({ status, outcomes }).toEqual({ status: 'failed', outcomes: ['0 failed 4'] });
  });

  test('keeps its empty lines, and its last line without a line feed', async () => {
    const { output } = await host.steps([sh('printf "a\\n\\nb"'), sh('printf "c\\n\\n"'), sh('printf ""')]).ended;
    expect([output(0), output(1), output(2)]).toEqual([['a', '', 'b'], ['c', ''], []]);
  });

  test('comes through whole when it is long', async () => {
    const { output } = await host.steps([sh('head -c 200000 /dev/zero | tr "\\0" x')]).ended;
    expect(output(0).join('')).toBe('x'.repeat(200_000));
  });
});

describe('captured values', () => {
  const capture = (variable: string, prefix: string, line: string) =>
    step({ verb: 'capture', variable, prefix, argv: ['bash', '-c', line] });

  test('the first line with the prefix is kept without it, and stands where it is asked for', async () => {
    const digest = new Captured('digest');
    const { status, outcomes, output } = await host.steps([
      capture('digest', 'repo@sha256:', 'printf "other@sha256:1\\nrepo@sha256:abc\\nrepo@sha256:def\\n"'),
      step({ verb: 'run', argv: ['echo', ['<', digest, '>'], digest] }),
      step({ verb: 'write_file', path: host.path('kept'), mode: '0600', content: [digest, '\n'] }),
    ]).ended;
    expect(status).toBe('ok');
    expect(outcomes[0]).toBe('0 unchanged 0');
    expect(output(1)).toEqual(['<abc> abc']);
    expect(await readFile(host.path('kept'), 'utf8')).toBe('abc\n');
  });

  test('no such line fails and shows what was printed; so does a failing program', async () => {
    const { outcomes, output } = await host.steps([capture('v', 'wanted', 'echo seen')]).ended;
    expect([outcomes, output(0)]).toEqual([['0 failed 1'], ['seen']]);
    expect((await host.steps([capture('v', '', 'echo seen; exit 9')]).ended).outcomes).toEqual(['0 failed 9']);
  });

  test('what was never captured is not run with a hole in it', async () => {
    const { outcomes } = await host.steps([sh('touch "$FOLDER/$1"', new Captured('nothing'))]).ended;
    expect(outcomes).toEqual(['0 failed 65']);
    expect(await host.files()).toEqual([]);
  });
});

describe('files', () => {
  const write = (content: string, mode = '0640') =>
    step({ verb: 'write_file', path: host.path('etc/deep/file'), mode, content });

  test('are written with their mode, left alone when they are so already, and mended when they are not', async () => {
    const run = async (content: string, mode?: string) => (await host.steps([write(content, mode)]).ended).outcomes;
    expect(await run('one\n')).toEqual(['0 changed 0']);
    expect((await stat(host.path('etc/deep/file'))).mode & 0o777).toBe(0o640);
    const { ino } = await stat(host.path('etc/deep/file'));
    expect(await run('one\n')).toEqual(['0 unchanged 0']);
    expect((await stat(host.path('etc/deep/file'))).ino).toBe(ino);
    expect(await run('one\n', '0600')).toEqual(['0 changed 0']);
    expect(await run('two', '0600')).toEqual(['0 changed 0']);
    expect(await readFile(host.path('etc/deep/file'), 'utf8')).toBe('two');
    expect(await host.files()).toEqual(['etc']);
  });

  test('take the place of a link, not of what it points to', async () => {
    await writeFile(host.path('target'), 'kept');
    await symlink(host.path('target'), host.path('link'));
    await host.steps([step({ verb: 'write_file', path: host.path('link'), mode: '0600', content: 'new' })]).ended;
    expect(await readFile(host.path('target'), 'utf8')).toBe('kept');
    expect(await readFile(host.path('link'), 'utf8')).toBe('new');
  });

  test('that cannot be written fail and leave nothing beside', async () => {
    await writeFile(host.path('etc'), 'a file, not a folder');
    expect((await host.steps([write('x')]).ended).outcomes).toEqual(['0 failed 1']);
    const onFolder = step({ verb: 'write_file', path: host.path('programs'), mode: '0600', content: 'x' });
    expect((await host.steps([onFolder]).ended).outcomes).toEqual(['0 failed 1']);
    expect(await host.files()).toEqual(['etc']);
  });

  test('lists end every item with a NUL', async () => {
    const list = step({ verb: 'write_list', path: host.path('list'), mode: '0600', items: ['a b', '', 'c\nd'] });
    expect((await host.steps([list]).ended).outcomes).toEqual(['0 changed 0']);
    expect(await readFile(host.path('list'), 'utf8')).toBe('a b\0\0c\nd\0');
    expect((await host.steps([list]).ended).outcomes).toEqual(['0 unchanged 0']);
  });

  test('are removed once', async () => {
    await writeFile(host.path('old'), '');
    const remove = step({ verb: 'remove_file', path: host.path('old') });
    expect((await host.steps([remove, remove]).ended).outcomes).toEqual(['0 changed 0', '1 unchanged 0']);
    expect(await host.files()).toEqual([]);
  });
});

describe('waiting', () => {
  const wait = (line: string, more: { want?: string; stop?: string; times?: number; timeoutS?: number } = {}) =>
    step(
      {
        verb: 'wait_until',
        argv: ['bash', '-c', line],
        want: more.want ?? '',
        stop: more.stop ?? '',
        times: more.times ?? 1,
        intervalS: 0,
      },
      { timeoutS: more.timeoutS ?? 20 },
    );
  const count = 'n=$(cat "$FOLDER/n" 2>/dev/null); echo $((n + 1)) >"$FOLDER/n"; n=$((n + 1));';

  test('ends with the reading wanted, as often in a row as wanted, telling each reading once', async () => {
    const line = `${count} if [ $n = 1 ] || [ $n = 3 ]; then echo no; exit 1; fi; echo yes`;
    const { outcomes, output } = await host.steps([wait(line, { want: 'yes', times: 2 })]).ended;
    expect(outcomes).toEqual(['0 changed 0']);
    expect(output(0)).toEqual(['no', 'yes', 'no', 'yes']);
    expect(await readFile(host.path('n'), 'utf8')).toBe('5\n');
  });

  test('has changed nothing when all was as wanted from the first reading on', async () => {
    expect((await host.steps([wait('echo yes', { want: 'yes', times: 2 })]).ended).outcomes).toEqual(['0 unchanged 0']);
  });

  test('ends at once with the reading that means failure, and at its time with any other', async () => {
    expect(
      (await host.steps([wait('echo it is dead now; exit 3', { want: 'up', stop: 'is dead' })]).ended).outcomes,
    ).toEqual(['0 failed 1']);
    const late = await host.steps([wait('sleep 20', { timeoutS: 1 })]).ended;
    expect(late.outcomes).toEqual(['0 failed 124']);
    expect(late.output(0)).toEqual(['waited 1 s; last reading: exit 124']);
  });
});

describe('facts', () => {
  const cat: Probe = { name: 'file', action: { verb: 'run', argv: ['cat', 'FILE'] } };
  const probes = (file: string): Probe[] => [
    { ...cat, action: { verb: 'run', argv: ['cat', file] } },
    {
      name: 'noise',
      action: { verb: 'run', argv: ['bash', '-c', 'echo $RANDOM$RANDOM; echo no fact >&2'] },
      volatile: true,
    },
    { name: 'absent', action: { verb: 'run', argv: ['no-such-program'] } },
    { name: 'both', action: { verb: 'run_merged', argv: ['bash', '-c', 'echo out; echo err >&2'] } },
  ];
  const digestOf = (ended: { stdout: string }) => / digest ([0-9a-f]{64})\n/.exec(ended.stdout)?.[1] ?? '';

  test('are printed with their exit codes; the digest leaves the volatile ones out', async () => {
    await writeFile(host.path('f'), 'a\n\nb\n');
    const first = await host.facts(probes(host.path('f'))).ended;
    const second = await host.facts(probes(host.path('f'))).ended;
    expect(first.outcomes).toEqual(['0 ok 0', '1 ok 0', '2 ok 127', '3 ok 0']);
    expect([first.output(0), first.output(2), first.output(3)]).toEqual([['a', '', 'b'], [], ['out', 'err']]);
    expect(first.output(1)).not.toEqual(second.output(1));
    expect(digestOf(first)).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf(second)).toBe(digestOf(first));
    expect(await host.files()).toEqual(['f']);
  });

  test('are compared under the lock: nothing runs on a host that moved, and a volatile fact moves nothing', async () => {
    await writeFile(host.path('f'), 'a');
    const digest = digestOf(await host.facts(probes(host.path('f'))).ended);
    const run = () => host.steps([sh('touch "$FOLDER/ran"')], { probes: probes(host.path('f')), digest }).ended;
    await writeFile(host.path('f'), 'b');
    expect(await run()).toMatchObject({ status: 'moved', exit: 1, outcomes: [] });
    expect(await host.files()).toEqual(['f']);
    await writeFile(host.path('f'), 'a');
    expect(await run()).toMatchObject({ status: 'ok', outcomes: ['4 changed 0'] });
  });
});

test('the input may be large: a megabyte of content arrives', async () => {
  const content = 'line of text\n'.repeat(80_000);
  await host.steps([step({ verb: 'write_file', path: host.path('big'), mode: '0600', content })]).ended;
  expect(await readFile(host.path('big'), 'utf8')).toBe(content);
});

test('the script stays small enough to be sent with every exec', () => {
  expect(script.length).toBeLessThan(16_384);
});
