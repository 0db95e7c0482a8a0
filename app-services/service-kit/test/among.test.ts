import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { openDatabase } from '../src/database/open.ts';
import { databases } from '../testing/index.ts';

interface Tables {
  things: { thing_id: number };
}

databases('rows by a list of numbers', ({ fresh }) => {
  let database: Database<Tables>;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    const settings = await fresh();
    drop = settings.drop;
    const migrations = [
      {
        name: '001-things',
        async up(query: Database<Tables>['query']) {
          const table = query.schema.createTable('things');
          await table.addColumn('thing_id', 'bigint', (column) => column.primaryKey()).execute();
        },
      },
    ];
    database = await openDatabase<Tables>({ name: 'some-things', ...settings.config, migrations });
    const things = [1, 2, 3, 2 ** 53 - 1].map((thing_id) => ({ thing_id }));
    await database.query.insertInto('things').values(things).execute();
  });
  afterEach(async () => {
    await database.close();
    await drop();
  });

  const found = async (numbers: readonly number[]) => {
    const { query, among } = database;
    const rows = await query.selectFrom('things').selectAll().where(among('thing_id', numbers)).execute();
    return rows.map(({ thing_id }) => thing_id).sort((a, b) => a - b);
  };

  test('those that are there, once each', async () => {
    expect(await found([3, 1, 1, 7])).toEqual([1, 3]);
    expect(await found([2 ** 53 - 1])).toEqual([2 ** 53 - 1]);
    expect(await found([])).toEqual([]);
  });

  test('more numbers than a statement takes values', async () => {
    expect(await found(Array.from({ length: 100_000 }, (_, index) => index))).toEqual([1, 2, 3]);
  });

  test('the text does not depend on how many there are', async () => {
    const { query, among } = database;
    const textOf = (numbers: readonly number[]) =>
      query.selectFrom('things').selectAll().where(among('thing_id', numbers)).compile().sql;
    expect(textOf([1, 2, 3])).toBe(textOf([1]));
  });
});
