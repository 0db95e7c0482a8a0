import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { keepFiles } from '../../src/orchestration/files.ts';
import { orchestrate } from '../../src/orchestration/orchestrate.ts';
import { stampOf } from '../../src/orchestration/stamp.ts';
import { balcony, everyMoodAndVoice, longStory, storyOf, textOf } from './stories.ts';

let folder: string;

beforeEach(async () => {
  const above = await mkdtemp(join(tmpdir(), 'fountain-files-'));
  onTestFinished(() => rm(above, { recursive: true, force: true }));
  folder = join(above, 'files');
});

const nameOf = (path: string) => path.replace(/^\/files\//, '');
const yesterday = new Date(Date.now() - 86_400_000);

test('a story’s files are there under their paths, whole, and nothing else is', async () => {
  const { keep, read } = keepFiles(folder);
  const paths = await keep(balcony);
  expect(paths).toEqual({
    csoundFilePath: expect.stringMatching(/^\/files\/story-1-[0-9a-f]{32}\.csd$/),
    lilyPondFilePath: expect.stringMatching(/^\/files\/story-1-[0-9a-f]{32}\.ly$/),
    midiFilePath: expect.stringMatching(/^\/files\/story-1-[0-9a-f]{32}\.mid$/),
  });
  expect((await readdir(folder)).sort()).toEqual(Object.values(paths).map(nameOf).sort());
  const [csound, midi] = [await read(nameOf(paths.csoundFilePath)), await read(nameOf(paths.midiFilePath))];
  expect(csound?.mediaType).toBe('text/x-csound-csd; charset=utf-8');
  const content = csound && (await text(csound.content));
  expect(content).toBe(textOf(orchestrate(balcony).csd));
  expect(csound?.bytes).toBe(Buffer.byteLength(content ?? ''));
  expect(midi?.mediaType).toBe('audio/midi');
  midi?.content.destroy();
});

test('the same story is made once, also when it is asked for many times at once or by two processes', async () => {
  const [{ keep }, other] = [keepFiles(folder), keepFiles(folder)];
  const long = longStory(500);
  const all = await Promise.all([...Array.from({ length: 20 }, () => keep(long)), other.keep(long)]);
  expect(new Set(all.map(({ midiFilePath }) => midiFilePath)).size).toBe(1);
  const path = join(folder, nameOf((await keep(long)).csoundFilePath));
  expect(await readFile(path, 'utf8')).toBe(textOf(orchestrate(long).csd));
  await writeFile(path, 'kept as it is');
  await keep(structuredClone(long));
  expect(await readFile(path, 'utf8')).toBe('kept as it is');
  expect(await readdir(folder)).toHaveLength(3);
});

test('a file that went is made again', async () => {
  const { keep } = keepFiles(folder);
  const path = join(folder, nameOf((await keep(balcony)).lilyPondFilePath));
  await rm(path);
  await keep(balcony);
  expect(await readFile(path, 'utf8')).toBe(textOf(orchestrate(balcony).ly));
});

test('what the music is made from changes the stamp, what it is not made from does not', () => {
  const changed = [
    { ...balcony, title: 'Romeo' },
    { ...balcony, author: 'Anonymous' },
    { ...balcony, scriptId: 2 },
    { ...balcony, sections: balcony.sections.slice(1) },
    { ...balcony, story: balcony.story.toReversed() },
    { ...balcony, story: balcony.story.slice(1) },
    ...(['character', 'action', 'spokenWord', 'context'] as const).map((part) => ({
      ...balcony,
      story: balcony.story.map(({ [part]: _, ...rest }) => rest),
    })),
    // A letter that moves from one text to the next.
    { ...balcony, title: `${balcony.title}${balcony.author?.[0]}`, author: balcony.author?.slice(1) ?? '' },
  ];
  const stamps = [balcony, ...changed].map(stampOf);
  expect(new Set(stamps).size).toBe(stamps.length);
  expect(stampOf({ ...balcony, description: 'Two houses' })).toBe(stampOf(balcony));
});

test('the stories of the tests make the files of this edition: if not, raise `edition` and take the new values', async () => {
  const stories = { balcony, empty: storyOf([]), everyMoodAndVoice, long: longStory(50, 20) };
  const sums = await Promise.all(
    Object.entries(stories).map(async ([name, story]) => {
      const { csd, ly, mid } = orchestrate(story);
      const sum = await crypto.subtle.digest(
        'SHA-256',
        Buffer.concat([...[...csd, ...ly].map((piece) => Buffer.from(piece)), ...mid]),
      );
      return `${name} ${Buffer.from(sum).toString('hex').slice(0, 16)}`;
    }),
  );
  expect(sums).toMatchInlineSnapshot(`
    [
      "balcony 1729e62ecfacd8f7",
      "empty 176702ef7ce82904",
      "everyMoodAndVoice 734a3d0791b08f76",
      "long d163423cead1b4a0",
    ]
  `);
});

test.each([
  '',
  '.',
  '..',
  '../service.db',
  'story-1-00000000000000000000000000000000.csd/../../service.db',
  '..%2Fservice.db',
  'story-1-0000000000000000000000000000000.csd',
  'story-1-00000000000000000000000000000000.csd\0.mid',
  'story-1-00000000000000000000000000000000.csd.part',
  'story-1-00000000000000000000000000000000.csd\n',
  'STORY-1-00000000000000000000000000000000.CSD',
  'story-1-00000000000000000000000000000000.csd',
])('no file is read for the name %j', async (name) => {
  const { keep, read } = keepFiles(folder);
  await keep(balcony);
  await writeFile(join(folder, '..', 'service.db'), 'secret');
  expect(await read(name)).toBeUndefined();
});

test('over the limit the files longest not asked for go, and what was left half written', async () => {
  const { keep } = keepFiles(folder);
  const stories = [1, 2, 3].map((scriptId) => ({ ...balcony, scriptId }));
  for (const story of stories) await keep(story);
  for (const name of await readdir(folder)) await utimes(join(folder, name), yesterday, yesterday);
  await keep({ ...balcony, scriptId: 1 });
  await writeFile(join(folder, 'story-1-x.csd.part'), 'half');
  await utimes(join(folder, 'story-1-x.csd.part'), yesterday, yesterday);
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  const three = sizes.reduce((sum, size) => sum + size);
  await keepFiles(folder, { mostBytes: three }).keep({ ...balcony, scriptId: 4 });
  const names = await readdir(folder);
  expect(names.filter((name) => /^story-[14]-/.test(name))).toHaveLength(6);
  expect(names.some((name) => name.endsWith('.part'))).toBe(false);
  await keepFiles(folder, { mostBytes: 0 }).keep({ ...balcony, scriptId: 5 });
  expect(new Set((await readdir(folder)).map((name) => name.split('-')[1]))).toEqual(new Set(['5']));
});

test('a folder that cannot be written rejects, leaves nothing, and is tried again', async () => {
  await writeFile(folder, 'a file in its place');
  const { keep } = keepFiles(folder);
  await expect(keep(balcony)).rejects.toThrow(/ENOTDIR|EEXIST/);
  await rm(folder);
  await keep(balcony);
  expect(await readdir(folder)).toHaveLength(3);
});

const program = fileURLToPath(new URL('keep-long-story.ts', import.meta.url));
const canLimit = spawnSync('prlimit', ['--version']).status === 0;

test.skipIf(!canLimit)('a file that does not fit is not there at all', async () => {
  const { stdout } = spawnSync('prlimit', ['--fsize=100000', process.execPath, program, folder], { encoding: 'utf8' });
  expect(stdout).toBe('EFBIG');
  expect(await readdir(folder)).toEqual([]);
});

test('a process killed while it writes leaves no file that is not whole, and the next one makes the rest', async () => {
  const writer = spawn(process.execPath, [program, folder]);
  const ended = new Promise((done) => writer.on('exit', done));
  const begun = async () => existsSync(folder) && (await readdir(folder)).length > 0;
  while (writer.exitCode === null && !(await begun())) await setTimeout(1);
  writer.kill('SIGKILL');
  await ended;
  const left = await readdir(folder);
  expect(left).not.toEqual([]);
  const { csd, ly, mid } = orchestrate(longStory(2000));
  const whole = { csd: textOf(csd), ly: textOf(ly), mid: Buffer.concat([...mid]).toString('latin1') };
  const expectWhole = async (name: string) => {
    const extension = name.split('.').at(-1) as keyof typeof whole;
    expect(await readFile(join(folder, name), extension === 'mid' ? 'latin1' : 'utf8')).toBe(whole[extension]);
  };
  await Promise.all(left.filter((name) => !name.endsWith('.part')).map(expectWhole));
  const paths = Object.values(await keepFiles(folder).keep(longStory(2000)));
  await Promise.all(paths.map(nameOf).map(expectWhole));
});
