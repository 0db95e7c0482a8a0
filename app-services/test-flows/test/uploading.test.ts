import { type ContractClient, databases } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBalconyScene } from './balcony.ts';
import { print, printed, scenes } from './king-lear.ts';
import { openStack, type Stack } from './stack.ts';
import { beginUpload, type Progress, play, upload } from './uploading.ts';

const parts = scenes.flatMap((scene) => scene.parts);
const speeches = parts.filter((part) => 'text' in part);
const speakers = new Set(speeches.map(({ speaker }) => speaker));

/** Where an upload is cut: after the nth such call since it was last begun, whose answer is lost. */
const cuts = [
  ['/scripts', 1],
  ['/scripts/2/sections', 1],
  ['/characters', 3],
  ['/spokenWords', 21],
  ['/actions', 30],
  ['/sessions/4', 2],
  ['/spokenWords', 40],
] as const;

databases('an act of King Lear is uploaded', (database) => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await openStack(database);
    // Script 1, and the first of all other numbers.
    await writeBalconyScene(stack);
  });
  afterAll(() => stack.close());

  /** The same services for a client that is cut. */
  function cutAfter(path: string, count: number) {
    let left = count;
    const answered = <T>(called: string, answer: T): T => {
      if (called === path && --left === 0) throw new Error('The answer is lost.');
      return answer;
    };
    const cut = (client: ContractClient): ContractClient => ({
      ...client,
      post: async (called, body) => answered(called, await client.post(called, body)),
      put: async (called, body) => answered(called, await client.put(called, body)),
    });
    return { scripts: cut(stack.scripts), characters: cut(stack.characters), sessions: cut(stack.sessions) };
  }

  test('portion by portion, and cut again and again: its client goes on from the context', async () => {
    expect(speeches.flatMap(({ text }) => text.split('\n'))).toHaveLength(477);
    const sessionId = await beginUpload(stack);
    expect(sessionId).toBe(4);
    for (const [path, count] of cuts)
      await expect(upload(cutAfter(path, count), sessionId)).rejects.toThrow('The answer is lost.');
    await upload(stack, sessionId);

    const { body } = await stack.sessions.get(`/sessions/${sessionId}/context/history?limit=1000`);
    const history: Progress[] = body.map(({ context }: { context: string }) => JSON.parse(context));
    const portions = scenes.flatMap((scene, index) => {
      const ends = Array.from({ length: Math.ceil(scene.parts.length / 20) }, (_, portion) => (portion + 1) * 20);
      return ends.map((end) => ({ status: 'writing', scenes: index, parts: Math.min(end, scene.parts.length) }));
    });
    expect(history).toEqual([
      { status: 'begun', scenes: 0, parts: 0 },
      ...portions,
      { status: 'complete', scenes: 3, parts: 0 },
    ]);
  });

  test('nothing is doubled', async () => {
    const { scripts, characters, sessions } = stack;
    const total = async (client: ContractClient, path: string) => (await client.get(path)).headers['x-total-count'];
    expect(await total(scripts, '/scripts')).toBe('2');
    expect(await total(scripts, '/scripts/2/sections')).toBe(String(scenes.length));
    expect(await total(characters, '/characters')).toBe(String(speakers.size + 2));
    expect(await total(characters, '/characters?scriptId=2')).toBe(String(speakers.size));
    expect(await total(characters, '/spokenWords?scriptId=2')).toBe(String(speeches.length));
    expect(await total(characters, '/actions?scriptId=2')).toBe(String(parts.length));
    expect(await total(sessions, '/sessions')).toBe('4');
    const faultless = { valid: true, truncated: false, duplicates: [], gaps: [], danglingLinks: [] };
    expect((await stack.stories.get('/stories/validate?scriptId=2')).body).toEqual({ scriptId: 2, ...faultless });
  });

  test('it is told whole, in order, byte for byte', async () => {
    const { body, headers } = await stack.stories.get('/stories?scriptId=2');
    expect(headers).toMatchObject({ 'x-total-count': String(parts.length) });
    expect(body).toMatchObject({ scriptId: 2, ...play });
    expect(print(body)).toBe(printed);
    const { csoundFilePath, lilyPondFilePath, midiFilePath } = body.orchestration;
    expect((await stack.stories.get(csoundFilePath)).body).toMatch(/^<CsoundSynthesizer>/);
    expect((await stack.stories.get(lilyPondFilePath)).body).toMatch(/^\\version/);
    expect((await stack.stories.get(midiFilePath)).body).toMatch(/^MThd/);
  });

  test('it is the same page by page', async () => {
    const { body } = await stack.stories.get('/stories?scriptId=2');
    const pages: (typeof body.story)[] = [];
    for (let offset = 0; offset < parts.length; offset += 100) {
      const page = await stack.stories.get(`/stories?scriptId=2&limit=100&offset=${offset}`);
      expect(page.headers['x-total-count']).toBe(String(parts.length));
      expect(page.body.sections).toEqual(body.sections);
      pages.push(page.body.story);
    }
    expect(pages.map(({ length }) => length)).toEqual([100, 100, parts.length - 200]);
    expect(pages.flat()).toEqual(body.story);
    const some = await stack.stories.get('/stories/sequences?scriptId=2&startSequence=1&endSequence=1000');
    expect(some.body.sequences).toEqual(body.story);
  });
});
