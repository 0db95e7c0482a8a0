// A process that opens the database, which takes a while: migrate.test.ts starts several at once.
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../src/config.ts';
import { openDatabase } from '../src/database/open.ts';

const database = await openDatabase({
  name: 'some-things',
  ...loadConfig(process.env),
  migrations: [
    {
      name: '001-things',
      async up(query) {
        await query.schema
          .createTable('things')
          .addColumn('thing_id', 'bigint', (column) => column.primaryKey())
          .addColumn('name', 'text')
          .execute();
        await delay(100);
        await query.insertInto('things').values({ thing_id: 1, name: 'migrated once' }).execute();
      },
    },
  ],
});
await database.close();
