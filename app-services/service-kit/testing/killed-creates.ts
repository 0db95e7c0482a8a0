import { expect, onTestFinished, test } from 'vitest';
import { databases } from './databases.ts';
import { type Death, openKillableService } from './killable-service.ts';
import type { ServiceUnderTest } from './test-service.ts';

interface KilledCreates extends ServiceUnderTest {
  /** As the sequence service calls it. */
  elementType: string;
  /** The collection of such elements. */
  path: string;
  /** The field of an element's id. */
  id: string;
  /** What creates an element, and is kept. */
  body: object;
}

/** Between each pair of steps. The first commit of a process is that of the migrations. */
const deaths: [string, Death, { kept: boolean; nextId: number }][] = [
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

/** Tests of creates whose process is killed: they leave all or nothing, and nothing in the way of the next. */
export function testKilledCreates({ elementType, path, id, body, ...service }: KilledCreates): void {
  databases(`kill -9 of a create at ${path}`, (database) => {
    /** Only transactions end otherwise on another kind of database. */
    const matters = ([, death]: (typeof deaths)[number]) =>
      database.kind === 'sqlite' || ('killAt' in death && death.killAt.startsWith('commit'));

    test.each(deaths.filter(matters))('when %s', async (_, death, { kept, nextId }) => {
      const killable = await openKillableService(service, database);
      onTestFinished(() => killable.close());
      await killable.dieIn(path, body, death);
      await killable.run(async (client) => {
        expect((await client.get(path)).body).toMatchObject(kept ? [{ [id]: 1, ...body, sequenceNumber: 1 }] : []);
        const next = (await client.post(path, body)).body;
        expect(next[id]).toBe(nextId);
        expect(next.sequenceNumber).toBe(killable.sequence.numbers.get(`${elementType} ${nextId}`));
      });
    });
  });
}
