import { databases } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beats, writeBalconyScene } from './balcony.ts';
import { openStack, type Stack } from './stack.ts';

databases('a scene is reordered', (database) => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await openStack(database);
    await writeBalconyScene(stack);
    for (const title of ['Act 2, Scene 1', 'Act 2, Scene 2'])
      await stack.scripts.post('/scripts/1/sections', { title });
  });
  afterAll(() => stack.close());

  /** Ids and numbers, as the list of a service shows them. */
  const shown = async (client: Stack['scripts'], path: string, id: string): Promise<number[][]> =>
    (await client.get(path)).body.map((one: Record<string, number>) => [one[id], one.sequenceNumber]);
  const sections = () => shown(stack.scripts, '/scripts/1/sections', 'headingId');
  const actions = () => shown(stack.characters, '/actions?scriptId=1', 'actionId');
  const story = async () => (await stack.stories.get('/stories?scriptId=1')).body;
  const known = (type: string) => shown(stack.sequence, `/sequence?elementType=${type}`, 'elementId');

  test('sections of which one is unknown: nothing moves, here or there', async () => {
    const elements = [
      { headingId: 1, newSequence: 3 },
      { headingId: 9, newSequence: 1 },
    ];
    const before = await sections();
    expect((await stack.scripts.post('/scripts/1/sections/reorder', { elements })).status).toBe(404);
    expect(await sections()).toEqual(before);
    expect(await known('section')).toEqual(before);
  });

  test('sections: the script service moves them at the sequence service too', async () => {
    const elements = [
      { headingId: 1, newSequence: 3 },
      { headingId: 3, newSequence: 1 },
    ];
    const { status, body } = await stack.scripts.post('/scripts/1/sections/reorder', { elements });
    expect([status, body]).toEqual([200, { message: 'Reorder successful.' }]);
    const expected = [
      [3, 1],
      [2, 2],
      [1, 3],
    ];
    expect(await sections()).toEqual(expected);
    expect(await known('section')).toEqual(expected);
    await stack.restart();
    expect(await sections()).toEqual(expected);
    const told: { title: string; sequence: number }[] = (await story()).sections;
    expect(told.map(({ title, sequence }) => [title, sequence])).toEqual([
      ['Act 2, Scene 2', 1],
      ['Act 2, Scene 1', 2],
      ['Act 1, Scene 1', 3],
    ]);
  });

  test('sections, by many at once: one order holds, and it is the same here and there', async () => {
    const orders = [
      [1, 2, 3],
      [3, 2, 1],
    ].map((ids) => ids.map((headingId, index) => ({ headingId, newSequence: index + 1 })));
    const reorders = Array.from({ length: 20 }, (_, index) =>
      stack.scripts.post('/scripts/1/sections/reorder', { elements: orders[index % 2] }),
    );
    expect(new Set((await Promise.all(reorders)).map(({ status }) => status))).toEqual(new Set([200]));
    const now = await sections();
    expect(orders.map((order) => order.map(({ headingId, newSequence }) => [headingId, newSequence]))).toContainEqual(
      now,
    );
    expect(await known('section')).toEqual(now);
  });

  test('actions: moved at the sequence service alone, and read in the new order; new ones come behind', async () => {
    const elements = [
      { elementId: 1, newSequence: 3 },
      { elementId: 3, newSequence: 1 },
    ];
    await stack.sequence.post('/sequence/reorder', { elementType: 'action', elements });
    const expected = [
      [3, 1],
      [2, 2],
      [1, 3],
    ];
    expect(await actions()).toEqual(expected);
    expect((await stack.characters.get('/actions/1')).body.sequenceNumber).toBe(3);
    await stack.characters.post('/actions', { description: 'Romeo climbs.', scriptId: 1 });
    expect(await actions()).toEqual([...expected, [4, 4]]);
    const told: { action: { actionId: number } }[] = (await story()).story;
    expect(told.map(({ action }) => action.actionId)).toEqual([3, 2, 1, 4]);
  });

  test('spoken words: a line that nobody acts goes to its place, and each line tells its number', async () => {
    const { dialogueId } = (await stack.characters.post('/spokenWords', { text: 'Ay me!', scriptId: 1, headingId: 1 }))
      .body;
    const elements = [
      { elementId: dialogueId, newSequence: 1 },
      { elementId: 1, newSequence: 4 },
    ];
    await stack.sequence.post('/sequence/reorder', { elementType: 'spokenWord', elements });
    const told: { spokenWord?: { dialogueId: number; sequence: number } }[] = (await story()).story;
    expect(told.map(({ spokenWord }) => spokenWord && [spokenWord.dialogueId, spokenWord.sequence])).toEqual([
      [3, 3],
      [4, 1],
      [2, 2],
      [1, 4],
      undefined,
    ]);
    await stack.characters.delete('/spokenWords/4');
    await stack.sequence.post('/sequence/reorder', {
      elementType: 'spokenWord',
      elements: [{ elementId: 1, newSequence: 1 }],
    });
  });

  test('a line reworded is a version beside it: the line itself stays', async () => {
    const newVersionData = { text: 'O Romeo, why are you Romeo? 🌹' };
    const version = { elementType: 'dialogue', elementId: 1, newVersionData };
    expect((await stack.sequence.post('/sequence/version', version)).body).toEqual({ versionNumber: 2 });
    expect((await stack.sequence.get('/sequence/version?elementType=spokenWord&elementId=1')).body).toMatchObject([
      { versionNumber: 2, versionData: newVersionData },
    ]);
    const { body } = await stack.characters.get('/spokenWords/1');
    expect(body).toMatchObject({ text: beats[0]?.text, sequenceNumber: 1 });
    const told: { spokenWord?: { text: string } }[] = (await story()).story;
    expect(told.map(({ spokenWord }) => spokenWord?.text)).toContain(beats[0]?.text);
  });

  test('a script deleted takes its sections along; what was written for it stays, and so do numbers', async () => {
    expect((await stack.scripts.delete('/scripts/1')).status).toBe(204);
    expect((await stack.scripts.get('/scripts/1/sections')).status).toBe(404);
    expect(await actions()).toHaveLength(4);
    expect(await known('section')).toHaveLength(3);
    await stack.scripts.post('/scripts', { title: 'Hamlet' });
    const { body } = await stack.scripts.post('/scripts/2/sections', { title: 'Act 1' });
    expect(body).toMatchObject({ headingId: 4, sequenceNumber: 4 });
  });
});
