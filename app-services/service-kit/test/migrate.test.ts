import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Config } from '../src/config.ts';
import type { Database } from '../src/database/database.ts';
import type { Migration } from '../src/database/migrate.ts';
import { openDatabase } from '../src/database/open.ts';
import { databases } from '../testing/index.ts';

interface Tables {
  things: { thing_id: number; name: string };
}
interface NewTables {
  things: Tables['things'] & { color: string | null };
}

const first: Migration = {
  name: '001-things',
  async up(query) {
    await query.schema
      .createTable('things')
      .addColumn('thing_id', 'bigint', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .execute();
  },
};
/** Expands, as a migration must: the code of the release before knows nothing of it. */
const second: Migration = {
  name: '002-colors',
  async up(query) {
    await query.schema.alterTable('things').addColumn('color', 'text').execute();
    await query.updateTable('things').set({ color: 'grey' }).execute();
  },
};
const broken: Migration = {
  name: '003-broken',
  async up(query) {
    await query.schema.createTable('half').addColumn('id', 'bigint').execute();
    throw new Error('broken on purpose');
  },
};

databases('migrations', ({ fresh }) => {
  let settings: { config: Config; drop(): Promise<void> };
  beforeEach(async () => {
    settings = await fresh();
  });
  afterEach(() => settings.drop());

  const open = <T = Tables>(...migrations: Migration[]) =>
    openDatabase<T>({ name: 'some-things', ...settings.config, migrations });
  const names = async (database: Database<Tables>) =>
    (await database.query.selectFrom('things').select('name').orderBy('thing_id').execute()).map(({ name }) => name);

  test('two releases overlap: the old one reads and writes on while the new one migrates, and both see all', async () => {
    const old = await open(first);
    const read = () => old.query.selectFrom('things').selectAll().orderBy('thing_id').execute();
    const add = (thing_id: number, name: string) => old.query.insertInto('things').values({ thing_id, name }).execute();
    await add(1, 'before');
    expect(await read()).toEqual([{ thing_id: 1, name: 'before' }]);
    const young = await open<NewTables>(first, second);
    await add(2, 'after');
    await young.query.insertInto('things').values({ thing_id: 3, name: 'young', color: 'red' }).execute();
    await old.write((own) => own.updateTable('things').set({ name: 'changed' }).where('thing_id', '=', 3).execute());
    expect(await read()).toMatchObject([{ name: 'before' }, { name: 'after' }, { name: 'changed' }]);
    expect(await young.query.selectFrom('things').selectAll().orderBy('thing_id').execute()).toEqual([
      { thing_id: 1, name: 'before', color: 'grey' },
      { thing_id: 2, name: 'after', color: null },
      { thing_id: 3, name: 'changed', color: 'red' },
    ]);
    await Promise.all([old.close(), young.close()]);
  });

  test('a rollback: old code starts on the new schema, and leaves it alone', async () => {
    await (await open<NewTables>(first, second)).close();
    const old = await open(first);
    await old.query.insertInto('things').values({ thing_id: 1, name: 'old' }).execute();
    expect(await names(old)).toEqual(['old']);
    await old.close();
    const young = await open<NewTables>(first, second);
    expect(await young.query.selectFrom('things').select('color').execute()).toEqual([{ color: null }]);
    await young.close();
  });

  test('one that fails changes nothing, stops the start, and can be mended', async () => {
    await expect(open(first, second, broken)).rejects.toThrow('broken on purpose');
    const database = await open(first);
    await expect(sql`select * from half`.execute(database.query)).rejects.toThrow();
    await database.query.insertInto('things').values({ thing_id: 1, name: 'x' }).execute();
    await database.close();
    const mended = await open<NewTables>(first, second);
    expect(await mended.query.selectFrom('things').select('color').execute()).toEqual([{ color: 'grey' }]);
    await mended.close();
  });

  test('processes that start at once take turns', async () => {
    const { dataDir, databaseUrl = '' } = settings.config;
    const started = Array.from({ length: 3 }, async () => {
      const program = new URL('migrating.ts', import.meta.url).pathname;
      const child = spawn(process.execPath, [program], { env: { DATA_DIR: dataDir, DATABASE_URL: databaseUrl } });
      const ended = once(child, 'close');
      const errors = await text(child.stderr);
      return [...(await ended), errors];
    });
    expect(await Promise.all(started)).toEqual(Array(3).fill([0, null, '']));
    const database = await open();
    expect(await names(database)).toEqual(['migrated once']);
    await database.close();
  });

  test('a write that fails leaves nothing, and the next one works', async () => {
    const database = await open(first);
    const failed = database.write(async (own) => {
      await own.insertInto('things').values({ thing_id: 1, name: 'x' }).execute();
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await names(database)).toEqual([]);
    await database.write((own) => own.insertInto('things').values({ thing_id: 1, name: 'y' }).execute());
    expect(await names(database)).toEqual(['y']);
    await database.check();
    await database.close();
    await expect(database.check()).rejects.toThrow();
  });
});
