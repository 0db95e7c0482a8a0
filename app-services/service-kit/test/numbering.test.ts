import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { openDatabase } from '../src/database/open.ts';
import { createElementCounters, createNumbering, type NumberingTables } from '../src/numbering.ts';
import { databases, openSequenceStandIn, type SequenceStandIn } from '../testing/index.ts';

interface Tables extends NumberingTables {
  things: { thing_id: number; sequence_number: number };
}

const migrations = [
  {
    name: '001-things',
    async up(query) {
      await createElementCounters(query, ['thing', 'other']);
      await query.schema
        .createTable('things')
        .addColumn('thing_id', 'bigint', (column) => column.primaryKey())
        .addColumn('sequence_number', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
] satisfies Parameters<typeof openDatabase>[0]['migrations'];

const log = { warn: vi.fn() };
const context = { requestId: 'request-1', log: log as never };

databases('numbering', ({ fresh }) => {
  let sequence: SequenceStandIn;
  let database: Database<Tables>;
  let settings: Awaited<ReturnType<typeof fresh>>;
  beforeEach(async () => {
    log.warn.mockClear();
    sequence = await openSequenceStandIn();
    settings = await fresh({ CENTRAL_SEQUENCE_URL: sequence.url });
    database = await openDatabase<Tables>({ name: 'things', ...settings.config, migrations });
  });
  afterEach(async () => {
    await database.close();
    await settings.drop();
    await sequence.close();
  });

  const withPeer = () => createNumbering(database, settings.config);
  const without = () => createNumbering(database, { ...settings.config, peerUrl: () => '' });
  const rows = () => database.query.selectFrom('things').selectAll().orderBy('thing_id').execute();
  const make = (numbering = withPeer()) =>
    numbering.create('thing', context, async (own, { id, sequenceNumber }) => {
      await own.insertInto('things').values({ thing_id: id, sequence_number: sequenceNumber }).execute();
      return { id, sequenceNumber };
    });
  const move = (elementId: number, newSequence: number, numbering = withPeer()) =>
    numbering.reorder('thing', [{ elementId, newSequence }], context, async (own) => {
      await own.updateTable('things').set({ sequence_number: newSequence }).where('thing_id', '=', elementId).execute();
    });

  test('an id of our own, a number of the sequence service, which is told who asks', async () => {
    sequence.numbers.set('thing 1', 40);
    expect(await make()).toEqual({ id: 1, sequenceNumber: 40 });
    expect(sequence.asked).toEqual([
      { path: '/sequence', body: { elementType: 'thing', elementId: 1 }, requestId: 'request-1' },
    ]);
  });

  test('no transaction is open while the sequence service is asked', async () => {
    sequence.play = async (_, answer) => {
      await database.write(async (own) => own.selectFrom('things').selectAll().execute());
      answer();
    };
    expect(await make()).toEqual({ id: 1, sequenceNumber: 1 });
  });

  test.each([
    ['does not answer', (_: unknown, __: unknown, response: { destroy(): void }) => response.destroy(), 503],
    [
      'answers without a number',
      (_: unknown, __: unknown, response: { end(text: string): void }) => response.end('{}'),
      502,
    ],
    ['answers null', (_: unknown, __: unknown, response: { end(text: string): void }) => response.end('null'), 502],
  ])('it %s: nothing is left but an unused id', async (_, play, status) => {
    sequence.play = play as never;
    await expect(make()).rejects.toMatchObject({ status });
    expect(await rows()).toEqual([]);
    sequence.play = undefined;
    expect(await make(withPeer())).toEqual({ id: 2, sequenceNumber: 1 });
  });

  test('look-ups that are not answered do not keep elements from being made', async () => {
    const numbering = createNumbering(database, { ...settings.config, peerTimeoutMs: 200 });
    sequence.play = (asked, answer) => (asked.path === '/sequence/lookup' ? undefined : answer());
    for (let time = 0; time < 6; time++) {
      const { headers } = await numbering.lookUpSequenceNumbers('thing', new Map([[1, 1]]), context);
      expect(headers).toEqual({ 'x-sequence-numbers': 'copies' });
    }
    expect(numbering.peer.state()).toBe('unreachable');
    expect((await make(numbering)).sequenceNumber).toBe(1);
  });

  test('an insert that is refused leaves nothing but an unused id', async () => {
    const refused = withPeer().create('thing', context, () => Promise.reject(new Error('no')));
    await expect(refused).rejects.toThrow('no');
    expect((await make()).id).toBe(2);
    await expect(without().create('thing', context, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await make(without())).toEqual({ id: 3, sequenceNumber: 3 });
  });

  test('without a sequence service: from 1, each type for itself, no gap, and it says so', async () => {
    const local = without();
    const made = await Promise.all(Array.from({ length: 50 }, () => make(local)));
    const expected = Array.from({ length: 50 }, (_, index) => index + 1);
    expect(made.map(({ sequenceNumber }) => sequenceNumber).sort((a, b) => a - b)).toEqual(expected);
    expect(made.map(({ id }) => id).sort((a, b) => a - b)).toEqual(expected);
    expect(await local.create('other', context, async (_, element) => element)).toEqual({ id: 1, sequenceNumber: 1 });
    expect(local.peer.state()).toBe('not set: numbers are given here');
    expect(sequence.asked).toEqual([]);
  });

  test('a hundred at once', async () => {
    const numbering = withPeer();
    await Promise.all(Array.from({ length: 100 }, () => make(numbering)));
    const kept = (await rows()).map(({ sequence_number }) => sequence_number);
    expect(kept.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  test('once the sequence service is taken away, numbers go on behind the ones it gave', async () => {
    sequence.numbers.set('thing 1', 40);
    await make();
    expect(await make(without())).toEqual({ id: 2, sequenceNumber: 41 });
    await move(1, 60, without());
    expect(await make(without())).toEqual({ id: 3, sequenceNumber: 61 });
  });

  test('current numbers, and copies of what the sequence service does not know', async () => {
    sequence.numbers.set('thing 1', 9);
    const { numbers, headers } = await withPeer().lookUpSequenceNumbers(
      'thing',
      new Map([
        [1, 1],
        [2, 2],
      ]),
      context,
    );
    expect([...numbers]).toEqual([
      [1, 9],
      [2, 2],
    ]);
    expect(headers).toEqual({});
    await withPeer().lookUpSequenceNumbers('thing', new Map(), context);
    expect(sequence.asked).toHaveLength(1);
  });

  test.each([
    ['does not answer', (_: unknown, __: unknown, response: { destroy(): void }) => response.destroy()],
    [
      'answers rubbish',
      (_: unknown, __: unknown, response: { end(text: string): void }) => response.end('{"elements":[{}]}'),
    ],
  ])('it %s: copies stand in after one try, and that is said', async (_, play) => {
    sequence.play = play as never;
    const { numbers, headers } = await withPeer().lookUpSequenceNumbers('thing', new Map([[1, 1]]), context);
    expect([...numbers]).toEqual([[1, 1]]);
    expect(headers).toEqual({ 'x-sequence-numbers': 'copies' });
    expect(log.warn).toHaveBeenCalledOnce();
    expect(sequence.asked).toHaveLength(1);
  });

  test('more than fit into one question are asked for in several', async () => {
    sequence.numbers.set('thing 20001', 9);
    const copies = new Map(Array.from({ length: 20_001 }, (_, index) => [index + 1, index + 1]));
    const { numbers } = await withPeer().lookUpSequenceNumbers('thing', copies, context);
    expect(sequence.asked.map(({ body }) => body.elementIds.length)).toEqual([20_000, 1]);
    expect([numbers.size, numbers.get(20_000), numbers.get(20_001)]).toEqual([20_001, 20_000, 9]);
  });

  test('moves at the sequence service first: it fails, nothing moves', async () => {
    await make();
    sequence.play = (_asked, _answer, response) => response.destroy();
    await expect(move(1, 5)).rejects.toMatchObject({ status: 503 });
    expect(await rows()).toEqual([{ thing_id: 1, sequence_number: 1 }]);
    sequence.play = undefined;
    await move(1, 5);
    expect(await rows()).toEqual([{ thing_id: 1, sequence_number: 5 }]);
    expect(sequence.numbers.get('thing 1')).toBe(5);
  });

  test('elements that were numbered here are made known to the sequence service when they move', async () => {
    await make(without());
    await move(1, 5);
    expect(sequence.numbers.get('thing 1')).toBe(5);
  });

  test('many moves of one element at once: the copy is what the sequence service says', async () => {
    const numbering = withPeer();
    await make(numbering);
    // Every other answer is on its way for so long that a move told of later would be copied before.
    sequence.play = (asked, answer, response) => {
      const end = response.end.bind(response);
      const late = asked.body.elements[0].newSequence % 2 ? 20 : 0;
      response.end = (text: unknown) => {
        setTimeout(() => end(text), late);
        return response;
      };
      answer();
    };
    await Promise.all(Array.from({ length: 10 }, (_, index) => move(1, index + 1, numbering)));
    expect((await rows())[0]?.sequence_number).toBe(sequence.numbers.get('thing 1'));
  });
});
