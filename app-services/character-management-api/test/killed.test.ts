import { type Death, databases, type KillableService, openKillableService } from '@fountainai/service-kit/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { service } from './open-service.ts';

const creates: [string, Death, { kept: boolean; nextId: number }][] = [
  ['an id is reserved, and not yet kept', { killAt: 'commit 2' }, { kept: false, nextId: 1 }],
  ['the id is kept, and no number known', { during: 'before the sequence service knows' }, { kept: false, nextId: 2 }],
  [
    'the number is given, and not yet known here',
    { during: 'before the sequence service answers' },
    { kept: false, nextId: 2 },
  ],
  ['the row is written, and not yet kept', { killAt: 'commit 3' }, { kept: false, nextId: 2 }],
  ['the row is kept, and not yet answered', { killAt: 'answer' }, { kept: true, nextId: 2 }],
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

  test.each(creates.filter(matters))('a create, when %s', async (_, death, { kept, nextId }) => {
    const action = { description: 'Steps from the shadows.', scriptId: 1 };
    await killable.dieIn('/actions', action, death);
    await killable.run(async (client) => {
      const { body } = await client.get('/actions');
      expect(body).toMatchObject(kept ? [{ actionId: 1, sequenceNumber: 1, ...action }] : []);
      const next = (await client.post('/actions', action)).body;
      expect(next.actionId).toBe(nextId);
      expect(next.sequenceNumber).toBe(killable.sequence.numbers.get(`action ${nextId}`));
    });
  });

  test('a create of a paraphrase, when it is written and not yet kept', async () => {
    const paraphrase = { originalId: 1, text: 'x', commentary: 'y' };
    await killable.run((client) => client.post('/actions', { description: 'x' }));
    await killable.dieIn('/actions/1/paraphrases', paraphrase, { killAt: 'commit 2' });
    await killable.run(async (client) => {
      expect((await client.get('/actions/1/paraphrases')).body).toEqual([]);
      expect((await client.post('/actions/1/paraphrases', paraphrase)).body.paraphraseId).toBe(1);
    });
  });
});
