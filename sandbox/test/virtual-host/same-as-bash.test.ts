import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encode, NONCE, readMarkers, type TestRecord, type TestRequest, withoutTimes } from './records.ts';
import { virtualWorld } from './world.ts';

/** The same records through host-runner.sh in a real bash and through a virtual host: the same words come back. */
const world = virtualWorld();
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'runner-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function inBash(input: Buffer): Promise<{ exit: number; out: string; err: string }> {
  const bash = spawn('bash', ['-s'], { env: { PATH: process.env.PATH ?? '' } });
  const result = { exit: -1, out: '', err: '' };
  bash.stdout.on('data', (chunk: Buffer) => (result.out += chunk));
  bash.stderr.on('data', (chunk: Buffer) => (result.err += chunk));
  bash.stdin.on('error', () => {}).end(input);
  [result.exit] = (await once(bash, 'close')) as [number];
  return result;
}

async function both(request: TestRequest) {
  const host = await world.boot();
  // Makes the directory that the lock is in.
  const made = await host.send({ records: [{ verb: 'write_file', words: [`${directory}/made`, '644'], stdin: '' }] });
  expect(made.done).toBe('ok');
  const input = encode({ lock: `${directory}/lock`, ...request });
  const session = await host.connect();
  const virtual = await session.exec('sudo -n bash -s', input);
  session.end();
  const real = await inBash(input);
  expect(comparable(virtual)).toEqual(comparable(real));
  return readMarkers(virtual.out);
}

/** Milliseconds, and where in the script bash met something, differ. */
function comparable({ exit, out, err }: { exit: number | undefined; out: string; err: string }) {
  const withoutLines = (text: string) => text.replace(/^\w+: line \d+: /gm, 'bash: ');
  return { exit, out: withoutLines(withoutTimes(out)), err: withoutLines(err) };
}

const step = (...words: string[]): TestRecord => ({ words });
const file = (name: string) => join(directory, name);
const write = (path: string, mode: string, stdin: string): TestRecord => ({
  verb: 'write_file',
  words: [path, mode],
  stdin,
});

test('programs: output in whole lines, errors merged, exit codes', async () => {
  const { ends, done } = await both({
    records: [
      step('true'),
      step('printf', 'a\\nb'),
      step('printf', '%s-%s\\n', 'x', 'y', 'z'),
      step('cat', '/no/such'),
    ],
  });
  expect(done).toBe('failed');
  expect(ends[1]).toEqual({ outcome: 'changed', exit: 0, output: 'a\nb' });
});

test('a failed step ends the run, its rescues run first, and theirs alone', async () => {
  const { ends } = await both({
    records: [
      step('printf', 'first\\n'),
      { role: 'rescue', words: ['printf', 'not mine\\n'] },
      step('false'),
      { role: 'rescue', words: ['false'] },
      { role: 'rescue', words: ['printf', 'mine\\n'] },
      step('printf', 'never\\n'),
    ],
  });
  expect(Object.keys(ends)).toEqual(['0', '2', '3', '4']);
});

test('a guard that succeeds makes a step unchanged', async () => {
  const { ends } = await both({
    records: [
      { words: ['false'], guard: ['true'] },
      { words: ['printf', 'needed\\n'], guard: ['false'] },
      { words: ['printf', 'needed too\\n'], guard: ['cat', '/no/such'] },
    ],
  });
  expect(Object.values(ends).map(({ outcome }) => outcome)).toEqual(['unchanged', 'changed', 'changed']);
});

test('files are written once, with their mode, and removed once', async () => {
  const { ends } = await both({
    records: [
      write(file('deep/er/one'), '600', 'text\nwithout end'),
      write(file('deep/er/one'), '0600', 'text\nwithout end'),
      write(file('deep/er/one'), '644', 'text\nwithout end'),
      write(file('deep/er/one'), '644', 'other ünïcode $(x) `y`\n\n'),
      step('cat', file('deep/er/one')),
      { verb: 'write_list', words: [file('list'), '600', 'a', '', 'b c'] },
      { verb: 'write_list', words: [file('list'), '600', 'a', '', 'b c'] },
      { verb: 'remove_file', words: [file('list')] },
      { verb: 'remove_file', words: [file('list')] },
      write(file('deep/er'), '644', 'in the way of a directory'),
    ],
  });
  expect(
    Object.values(ends)
      .map(({ outcome }) => outcome)
      .join(' '),
  ).toBe('changed unchanged changed changed changed changed unchanged changed unchanged failed');
});

test('a file in the way of a directory, a directory in the way of rm, a mode that is none', async () => {
  await both({ records: [write(file('plain'), '644', ''), write(file('plain/below'), '644', '')] });
  await both({ records: [write(file('flat'), '644', ''), write(file('flat/below/it'), '644', '')] });
  await both({ records: [write(file('made-of/x'), '644', ''), { verb: 'remove_file', words: [file('made-of')] }] });
  await both({ records: [write(file('moded'), 'x', 'y')] });
});

test('captured values replace their placeholders, and one that was never captured fails', async () => {
  const placeholder = `@{${NONCE}:digest}`;
  await both({
    records: [
      { verb: 'capture', words: ['digest', 'sha256:', 'printf', 'noise\\nsha256:abc\\nsha256:def\\n'] },
      step('printf', '%s\\n', `app@${placeholder} and ${placeholder}`),
      write(file('captured'), '600', `digest ${placeholder}\n`),
      step('cat', file('captured')),
      { words: ['printf', `@{other:digest}\\n`], guard: ['cat', `/no/${placeholder}`] },
      step('printf', `@{${NONCE}:never}`),
    ],
  });
  await both({ records: [{ verb: 'capture', words: ['digest', 'sha256:', 'printf', 'no such line\\n'] }] });
  await both({ records: [{ verb: 'capture', words: ['digest', '', 'cat', '/no/such'] }] });
});

test('waiting: so many good readings in a row, a wanted output, one that ends it, a deadline', async () => {
  const wait = (timeoutS: number, ...words: string[]): TestRecord => ({ verb: 'wait_until', timeoutS, words });
  await both({
    records: [wait(5, '0', '3', '', '', 'printf', 'good\\n'), wait(5, '0', '1', 'x', '', 'printf', 'x\\n\\n')],
  });
  await both({ records: [wait(5, '0', '1', 'wanted', 'broken', 'printf', 'broken\\n')] });
  await both({ records: [wait(0, '0', '1', '', '', 'cat', '/no/such')] });
  await both({ records: [wait(0, '0', '1', 'wanted', '', 'printf', 'other')] });
});

test('an environment that bash cannot set, a release file that is none', async () => {
  await both({ records: [{ words: ['true'], environment: ['A=1', 'B=two words'] }] });
  await both({ records: [{ words: ['true'], environment: ['1A=1'] }] });
  await both({ records: [{ words: ['true'], environment: ['UID=1'] }] });
  await both({ records: [{ words: ['true'], environment: ['A'] }] });
  await both({ records: [{ words: ['true'], environment: ['OPTIND=a', 'fields=b'] }] });
  await both({ records: [{ verb: 'run_release', words: [file('none.release'), 'x'] }] });
  const noRelease = { verb: 'write_list', words: [file('no.release'), '600', '{}', 'x'] };
  await both({ records: [noRelease, { verb: 'run_release', words: [file('no.release'), 'x'] }] });
});

test('a line longer than the runner holds becomes several', async () => {
  await both({ records: [{ words: ['cat'], stdin: `${'x'.repeat(70_000)}\n${'y'.repeat(65_536)}\nend` }] });
});

test('exit codes that count as 0, a verb that is none, and input for a program', async () => {
  await both({
    records: [
      { verb: 'run_accepting', words: ['0,1', 'false'] },
      { verb: 'run_accepting', words: ['0,2', 'false'] },
    ],
  });
  await both({ records: [{ verb: 'fly', words: ['away'] }] });
  await both({ records: [{ words: ['cat'], stdin: 'from stdin\n' }, { words: ['cat'] }] });
});

test('release files: the first item of each, here and one level below, in order', async () => {
  const list = (name: string, ...items: string[]): TestRecord => ({
    verb: 'write_list',
    words: [file(name), '600', ...items],
  });
  const { ends } = await both({
    records: [
      list('apps/b/1.release', '{"id":"b1"}', '0'),
      list('apps/a/2.release', '{"id":"a2"}', '0'),
      list('apps/a/10.release', '{"id":"a10"}', '0'),
      list('apps/top.release', '{"id":"top"}', '0'),
      list('apps/a/.hidden.release', 'hidden'),
      list('apps/a/b/deeper.release', 'deeper'),
      list('apps/a/other.txt', 'other'),
      write(file('apps/a/3.release'), '600', 'no item ends here'),
      { verb: 'read_releases', words: [file('apps')] },
      { verb: 'read_releases', words: [file('nowhere')] },
    ],
  });
  expect(ends[8]?.output).toBe('{"id":"top"}\n{"id":"a10"}\n{"id":"a2"}\n{"id":"b1"}\n');
});

test('facts: first outputs alone, stripped, and the digest over the stable ones', async () => {
  const facts: TestRecord[] = [
    { role: 'fact', words: ['printf', 'stripped\\n\\n\\n'] },
    { role: 'volatile', words: ['printf', '12345'] },
    { role: 'fact', words: ['cat', '/no/such'] },
    { role: 'fact', verb: 'run_merged', words: ['cat', '/no/such'] },
    { role: 'fact', words: ['false'], guard: ['true'] },
    { role: 'fact', words: ['printf', 'two\\nlines'] },
    { role: 'step', words: ['printf', 'not a fact\\n'] },
  ];
  const { digest } = await both({ mode: 'facts', records: facts });
  const moved = await both({ digest: '0'.repeat(64), records: facts });
  expect(moved).toMatchObject({ ends: {}, done: 'moved' });
  const same = await both({ digest: digest ?? '', records: facts });
  expect(same).toMatchObject({ ends: { 6: { outcome: 'changed' } }, done: 'ok' });
});

test('a lock that cannot be made, and input that is not whole', async () => {
  await both({ lock: '/no/such/directory/lock', records: [step('true')] });
  // A folder that both have; a name that no other user's run has left there.
  const lock = `/tmp/runner-test-${process.pid}.lock`;
  const whole = encode({ lock, records: [step('printf', 'never\\n')] });
  const host = await world.boot();
  const session = await host.connect();
  for (const cut of [1, 5, 30]) {
    const input = whole.subarray(0, -cut);
    expect(comparable(await session.exec('bash -s', input))).toEqual(comparable(await inBash(input)));
  }
  session.end();
  await rm(lock, { force: true });
});
