import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from '../src/database/open.ts';
import { prepare } from '../src/database/prepare.ts';
import { databases } from '../testing/index.ts';

databases('a prepared query', ({ fresh }) => {
  test('is built once, and executed with the values of each time, within the transaction that it is given', async () => {
    const { config, drop } = await fresh();
    const database = await openDatabase({ name: 'some-things', ...config, migrations: [] });
    const { query, write, close } = database;
    let built = 0;
    const add = prepare(database, (prepared, value) => {
      built++;
      const sum = sql<number>`cast(${value('left')} as integer) + 10 * cast(${value('right')} as integer)`;
      return prepared.selectNoFrom(sum.as('sum'));
    });
    expect(await add(query, { left: 1, right: 2 })).toEqual([{ sum: 21 }]);
    expect(await write((own) => add(own, { left: 3, right: 4 }))).toEqual([{ sum: 43 }]);
    expect(built).toBe(1);
    await close();
    await drop();
  });

  test('is built once for each set of values, also with a list among them', async () => {
    const { config, drop } = await fresh();
    const database = await openDatabase({ name: 'some-things', ...config, migrations: [] });
    const { query, among, close } = database;
    let built = 0;
    const found = prepare(database, (prepared, value) => {
      built++;
      const names = sql<{ id: number }>`(select 1 as id union select 2 union select 3)`.as<'known'>('known');
      const known = prepared.selectFrom(names).select('id').orderBy('id');
      const ids = value('ids');
      return ids === undefined ? known : known.where(among('id', ids));
    });
    const idsOf = async (values: { ids?: readonly number[] | undefined }) =>
      (await found(query, values)).map(({ id }) => Number(id));
    expect(await idsOf({})).toEqual([1, 2, 3]);
    expect(await idsOf({ ids: [3, 1, 9] })).toEqual([1, 3]);
    expect(await idsOf({ ids: [] })).toEqual([]);
    expect(await idsOf({ ids: undefined })).toEqual([1, 2, 3]);
    expect(built).toBe(2);
    await close();
    await drop();
  });
});
