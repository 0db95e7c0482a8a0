import { expect, test } from 'vitest';
import { openStories } from './open-stories.ts';
import { keptStory } from './peers.ts';

const story = '/stories?scriptId=1';
type Beat = { sequence: number; action: { actionId: number } };
const placesOf = (beats: Beat[]) => beats.map(({ sequence }) => sequence);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test.each([
  [10, 8],
  [1000, 8],
  [1001, 12],
  [10_000, 12],
])('%i beats are told whole, for %i calls', async (beats, calls) => {
  const { client, peers } = await openStories(keptStory(beats));
  const { status, body, headers } = await client.get(story);
  expect([status, headers['x-total-count'], body.sections.length]).toEqual([
    200,
    String(beats),
    (beats / 50 + (beats % 50 ? 1 : 0)) | 0,
  ]);
  expect(placesOf(body.story)).toEqual(upTo(beats));
  const last = { actionId: beats, description: `Acts ${beats}.` };
  expect(body.story.at(-1)).toMatchObject({
    action: last,
    spokenWord: { dialogueId: beats },
    context: { contextId: beats },
  });
  expect(peers.asked).toHaveLength(calls);
});

test('12,000 beats are too many for one answer, which says how to go on', async () => {
  const { client } = await openStories(keptStory(12_000));
  const { status, body } = await client.get(story);
  expect([status, body.errorCode, body.details]).toEqual([
    413,
    'too_large',
    ['These are 12000 beats; an answer holds 10000.', 'Try GET /stories?scriptId=1&limit=100&offset=0.'],
  ]);
  expect((await client.get('/stories/sequences?scriptId=1&startSequence=2&endSequence=10002')).status).toBe(413);
  const [all, middle] = [
    await client.get(`${story}&limit=10000&offset=2000`),
    await client.get(`${story}&limit=3&offset=7777`),
  ];
  expect(placesOf(all.body.story)).toEqual(upTo(12_000).slice(2000));
  expect([placesOf(middle.body.story), middle.headers['x-total-count']]).toEqual([[7778, 7779, 7780], '12000']);
  const some = await client.get('/stories/sequences?scriptId=1&startSequence=11999&endSequence=99999');
  expect(placesOf(some.body.sequences)).toEqual([11_999, 12_000]);
  expect((await client.get('/stories/validate?scriptId=1')).body).toMatchObject({ valid: true });
});

test('pages put together are the story', async () => {
  const { client } = await openStories(keptStory(250));
  const whole = (await client.get(story)).body.story;
  const pages = await Promise.all([0, 100, 200].map((offset) => client.get(`${story}&limit=100&offset=${offset}`)));
  expect(pages.flatMap(({ body }) => body.story)).toEqual(whole);
});

test('few beats with more text than fits are read in pages, too', async () => {
  const { client } = await openStories(keptStory(1500, { text: 'x'.repeat(10_000) }));
  const { status, body } = await client.get(story);
  expect([status, body.details]).toEqual([413, ['It has too much text.', expect.stringContaining('limit=100')]]);
  const page = await client.get(`${story}&limit=100&offset=1400`);
  expect(placesOf(page.body.story)).toEqual(upTo(1500).slice(1400));
});

test('more actions than can be read at once: 413, and pages are no way out', async () => {
  const { client } = await openStories({ ...keptStory(20_001), words: [] });
  const { status, body } = await client.get(`${story}&limit=1`);
  const message = 'The script has 20001 actions; stories are told of 20000 at most.';
  expect([status, body]).toEqual([413, { message, errorCode: 'script_too_large' }]);
});

test('thousands of sections and characters take a call more for each thousand, or eight hundred', async () => {
  const { client, peers } = await openStories(keptStory(2500, { inSection: 1, characters: 2500 }));
  const { body } = await client.get(story);
  expect([body.sections.length, body.story.length]).toEqual([2500, 2500]);
  expect(new Set(body.story.map((beat: { character: { name: string } }) => beat.character.name)).size).toBe(2500);
  expect(peers.asked).toHaveLength(12 + 2 + 3);
});

test('long stories are told in turn, short ones meanwhile; when too many wait, it is said', async () => {
  const { client, peers } = await openStories(keptStory(1200));
  let reached = () => {};
  const first = new Promise<void>((come) => {
    reached = come;
  });
  const held: (() => void)[] = [];
  // The first long story asks for contexts of more than a thousand beats, and waits.
  peers.play = (asked, response) => {
    if (!asked.endsWith('/lookup')) return false;
    held.push(() => response.end(JSON.stringify({ sessions: [] })));
    reached();
    return true;
  };
  const told = Array.from({ length: 25 }, () => client.get(story));
  await first;
  peers.play = undefined;
  expect((await client.get(`${story}&limit=1`)).body.errorCode).toBe('busy');
  const long = peers.kept;
  peers.kept = keptStory(3);
  expect((await client.get(story)).status).toBe(200);
  peers.kept = long;
  for (const answer of held) answer();
  const statuses = (await Promise.all(told)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(21);
  expect(statuses.filter((status) => status === 503)).toHaveLength(4);
  expect(held).toHaveLength(1);
});
