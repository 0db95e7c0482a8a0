import { type Death, databases, type KillableService, openKillableService } from '@fountainai/service-kit/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { service } from './open-service.ts';

/** The first commit of a process is that of the migrations. */
const deaths: [string, Death, boolean][] = [
  ['it is written, and not yet kept', { killAt: 'commit 2' }, false],
  ['it is kept, and not yet answered', { killAt: 'answer' }, true],
];

databases('kill -9', (database) => {
  /** Only transactions end otherwise on another kind of database. */
  const matter = deaths.filter(([, , kept]) => database.kind === 'sqlite' || !kept);
  let killable: KillableService;
  beforeEach(async () => {
    killable = await openKillableService(service, database);
  });
  afterEach(() => killable.close());

  test.each(matter)(
    'a number, when %s: asked again, the element gets it, and there is no gap',
    async (_, death, kept) => {
      const element = (elementId: number) => ({ elementType: 'script', elementId });
      await killable.dieIn('/sequence', element(7), death);
      await killable.run(async (client) => {
        const { body } = await client.get('/sequence?elementType=script');
        expect(body).toEqual(kept ? [{ elementId: 7, sequenceNumber: 1 }] : []);
        expect((await client.post('/sequence', element(7))).body).toEqual({ sequenceNumber: 1 });
        expect((await client.post('/sequence', element(8))).body).toEqual({ sequenceNumber: 2 });
      });
    },
  );

  test.each(matter)('a reorder, when %s: all have moved, or none', async (_, death, kept) => {
    await killable.run(async (client) => {
      for (const elementId of [1, 2, 3]) await client.post('/sequence', { elementType: 'section', elementId });
    });
    const elements = [1, 2, 3].map((elementId) => ({ elementId, newSequence: 4 - elementId }));
    await killable.dieIn('/sequence/reorder', { elementType: 'section', elements }, death);
    await killable.run(async (client) => {
      const { body } = await client.get('/sequence?elementType=section');
      expect(body.map(({ elementId }: { elementId: number }) => elementId)).toEqual(kept ? [3, 2, 1] : [1, 2, 3]);
    });
  });

  test.each(matter)('a version, when %s', async (_, death, kept) => {
    const element = { elementType: 'spokenWord', elementId: 1 };
    await killable.dieIn('/sequence/version', { ...element, newVersionData: { text: 'x' } }, death);
    await killable.run(async (client) => {
      const { body } = await client.get('/sequence/version?elementType=spokenWord&elementId=1');
      expect(body).toMatchObject(kept ? [{ versionNumber: 2, versionData: { text: 'x' } }] : []);
    });
  });
});
