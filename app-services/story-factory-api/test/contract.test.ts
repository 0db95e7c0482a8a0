import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildService, readSpec } from '@fountainai/service-kit';
import { badIds, badPages, contractClient, declaredAnswers } from '@fountainai/service-kit/testing';
import { expect, onTestFinished, test } from 'vitest';
import { createHandlers } from '../src/handlers.ts';
import { keepFiles } from '../src/orchestration/files.ts';
import { folder, openStories } from './open-stories.ts';
import { keptStory } from './peers.ts';

const story = '/stories?scriptId=1';
const sequences = '/stories/sequences?scriptId=1&startSequence=1&endSequence=2';
const validate = '/stories/validate?scriptId=1';
const reads = [story, sequences, validate];

test('every operation answers every status that it declares', async () => {
  const { client, peers, dataDir } = await openStories();
  const statuses = async (paths: readonly string[]) => {
    const answers: number[] = [];
    for (const path of paths) answers.push((await client.get(path)).status);
    return answers;
  };
  const { body } = await client.get(story);
  const file = body.orchestration.midiFilePath;
  expect(await statuses([...reads, file])).toEqual([200, 200, 200, 200]);
  const of = (id: string) => reads.map((path) => path.replace('scriptId=1', `scriptId=${id}`));
  expect(await statuses([...of('0'), '/files/%00'])).toEqual([400, 400, 400, 400]);
  expect(await statuses([...of('2'), '/files/story-1.mid'])).toEqual([404, 404, 404, 404]);

  peers.play = (_asked, response) => Boolean(response.end('rubbish'));
  expect(await statuses(reads)).toEqual([502, 502, 502]);
  peers.play = (_asked, response) => Boolean(response.writeHead(413).end('{}'));
  expect(await statuses(reads)).toEqual([413, 413, 413]);
  peers.play = (_asked, response) => Boolean(response.destroy());
  expect(await statuses(reads)).toEqual([503, 503, 503]);

  const files = join(dataDir, 'files');
  rmSync(files, { recursive: true });
  writeFileSync(files, 'no folder');
  expect(await statuses([file])).toEqual([500]);
  const broken = await brokenClient(dataDir);
  for (const path of reads) {
    expect(await broken.get(path)).toMatchObject({
      status: 500,
      body: { message: 'The service itself failed; its log says more.', errorCode: 'internal_error' },
    });
  }
  expect([...client.seen, ...broken.seen].sort()).toEqual(declaredAnswers(await readSpec(folder)).sort());
});

/** Of a service with a mistake. */
async function brokenClient(dataDir: string) {
  const spec = await readSpec(folder);
  const reading = () => Promise.reject(new TypeError('undefined is not a function'));
  const handlers = createHandlers(reading, keepFiles(dataDir));
  const { app } = buildService({ config: { logLevel: 'silent' }, spec, handlers, check: async () => {} });
  onTestFinished(() => app.close());
  return contractClient(app, spec);
}

test('bad ids, places and pages are refused before anybody is asked', async () => {
  const { client, peers } = await openStories();
  const pages = badPages.filter((page) => page !== 'limit=1001').map((page) => `${story}&${page}`);
  const ids = badIds.flatMap((id) => reads.map((path) => path.replace('scriptId=1', `scriptId=${id}`)));
  const places = ['startSequence=0&endSequence=1', 'startSequence=3&endSequence=2', 'startSequence=1', 'endSequence=1'];
  const badPlaces = places.map((place) => `/stories/sequences?scriptId=1&${place}`);
  for (const path of [
    ...pages,
    `${story}&limit=10001`,
    ...ids,
    ...badPlaces,
    '/stories',
    '/stories?scriptId=1&scriptId=2',
  ]) {
    expect([path, (await client.get(path)).status]).toEqual([path, 400]);
  }
  expect(peers.asked).toEqual([]);
});

test('what is not there: in the words of the first contract', async () => {
  const { client } = await openStories();
  const message = async (path: string) => (await client.get(path)).body.message;
  expect(await message('/stories?scriptId=2')).toBe('Script not found.');
  expect(await message('/stories/validate?scriptId=9007199254740991')).toBe('Script not found.');
  const missing = 'Script or sequences not found.';
  expect(await message(sequences.replace('scriptId=1', 'scriptId=2'))).toBe(missing);
  expect(await message('/stories/sequences?scriptId=1&startSequence=4&endSequence=9')).toBe(missing);
});

test('a script without beats is a story; a page behind the end is empty', async () => {
  const { client, peers } = await openStories();
  expect((await client.get(`${story}&offset=3`)).body.story).toEqual([]);
  peers.kept = keptStory(0);
  const { status, body, headers } = await client.get(story);
  expect([status, body.sections, body.story, headers['x-total-count']]).toEqual([200, [], [], '0']);
  expect(Object.keys(body.orchestration)).toHaveLength(3);
  expect((await client.get(validate)).body.valid).toBe(true);
});

test.each([
  '..%2Fsecret.mid',
  '%2e%2e',
  '..%5Csecret.mid',
  '%2Fetc%2Fpasswd',
  'story-1-0123456789abcdef0123456789abcdef.mid%2F..%2Fsecret.mid',
  'story-1-0123456789abcdef0123456789abcdef.part',
  'STORY-1-0123456789ABCDEF0123456789ABCDEF.MID',
  'x'.repeat(90),
])('no file %s', async (name) => {
  const { client, dataDir } = await openStories();
  mkdirSync(join(dataDir, 'files'));
  for (const place of ['secret.mid', 'files/secret.mid']) writeFileSync(join(dataDir, place), 'secret');
  expect((await client.get(`/files/${name}`)).status).toBe(404);
});

test('a file comes whole, may be kept for ever, and is asked for without other services', async () => {
  const { client, peers } = await openStories();
  const { orchestration } = (await client.get(story)).body;
  const asked = peers.asked.length;
  const { headers, body } = await client.get(orchestration.lilyPondFilePath);
  expect(headers).toMatchObject({
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': expect.stringContaining('immutable'),
  });
  expect(peers.asked).toHaveLength(asked);
});

test('a story whose music cannot be kept is told without it', async () => {
  const { client, dataDir } = await openStories();
  writeFileSync(join(dataDir, 'files'), 'no folder');
  const { status, body } = await client.get(story);
  expect([status, body.story.length, body.orchestration]).toEqual([200, 3, {}]);
});
