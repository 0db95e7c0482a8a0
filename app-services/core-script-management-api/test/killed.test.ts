import {
  type Death,
  databases,
  type KillableService,
  openKillableService,
  testKilledCreates,
} from '@fountainai/service-kit/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { service } from './open-service.ts';

testKilledCreates({ ...service, elementType: 'script', path: '/scripts', id: 'scriptId', body: { title: 'Hamlet' } });

const reorders: [string, Death, { moved: boolean; copied: boolean }][] = [
  ['nobody knows of it', { during: 'before the sequence service knows' }, { moved: false, copied: false }],
  [
    'the sequence service has moved them, and that is not known here',
    { during: 'before the sequence service answers' },
    { moved: true, copied: false },
  ],
  ['copies are moved, and not yet kept', { killAt: 'commit 2' }, { moved: true, copied: false }],
  ['copies are kept, and it is not yet answered', { killAt: 'answer' }, { moved: true, copied: true }],
];

databases('kill -9', (database) => {
  /** Only transactions end otherwise on another kind of database. */
  const matters = ([, death]: [string, Death, unknown]) =>
    database.kind === 'sqlite' || ('killAt' in death && death.killAt.startsWith('commit'));

  let killable: KillableService;
  beforeEach(async () => {
    killable = await openKillableService(service, database);
  });
  afterEach(() => killable.close());

  test.each(reorders.filter(matters))('a reorder, when %s', async (_, death, { moved, copied }) => {
    await killable.run(async (client) => {
      await client.post('/scripts', { title: 'Hamlet' });
      for (const title of ['a', 'b', 'c']) await client.post('/scripts/1/sections', { title });
    });
    const order = {
      elements: [
        { headingId: 1, newSequence: 3 },
        { headingId: 3, newSequence: 1 },
      ],
    };
    await killable.dieIn('/scripts/1/sections/reorder', order, death);
    const { sequence } = killable;
    await killable.run(async (client) => {
      const titles = async () =>
        (await client.get('/scripts/1/sections')).body.map(({ title }: { title: string }) => title).join('');
      expect(await titles()).toBe(moved ? 'cba' : 'abc');
      sequence.play = (_asked, _answer, response) => response.destroy();
      expect(await titles()).toBe(copied ? 'cba' : 'abc');
      sequence.play = undefined;
      expect((await client.post('/scripts/1/sections/reorder', order)).status).toBe(200);
      sequence.play = (_asked, _answer, response) => response.destroy();
      expect(await titles()).toBe('cba');
    });
  });
});
