import { setTimeout as delay } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from '../src/database/open.ts';
import { prepare } from '../src/database/prepare.ts';
import { databases } from '../testing/index.ts';

interface Tables {
  things: { name: string };
}

databases('a transaction that has ended', ({ fresh }) => {
  test('takes no more: neither what is left of work that failed, nor a prepared query', async () => {
    const { config, drop } = await fresh();
    const database = await openDatabase<Tables>({ name: 'some-things', ...config, migrations: [] });
    const { query, write, close } = database;
    await sql`create table things (name text)`.execute(query);
    const insert = prepare(database, (prepared, value) =>
      prepared.insertInto('things').values({ name: value('name') }),
    );
    let ended = query;
    const insertSlowly = async (own: Kysely<Tables>) => {
      ended = own;
      for (const name of ['one', 'two', 'three', 'four']) await own.insertInto('things').values({ name }).execute();
    };
    const failing = write((own) => Promise.all([insertSlowly(own), sql`insert into nothing values (1)`.execute(own)]));
    await expect(failing).rejects.toThrow('nothing');
    await expect(ended.insertInto('things').values({ name: 'late' }).execute()).rejects.toThrow();
    await expect(insert(ended, { name: 'late' })).rejects.toThrow();
    await delay(20);
    expect(await query.selectFrom('things').selectAll().execute()).toEqual([]);
    await close();
    await drop();
  });
});
