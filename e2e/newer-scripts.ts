import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { migrations } from '../app-services/core-script-management-api/src/migrations.ts';

/**
 * A program: core-script-management-api as of a release later, which has one migration more. That adds a column and fills
 * it for what is there. At each start it says what is in the column, so that a test can read it in the log.
 */
const later: (typeof migrations)[number] = {
  name: '999-genres',
  async up(query) {
    await query.schema.alterTable('scripts').addColumn('genre', 'text').execute();
    await query.updateTable('scripts').set({ genre: 'tragedy' }).execute();
  },
};
(migrations as (typeof later)[]).push(later);
await import('../app-services/core-script-management-api/src/server.ts');

const file = new SqliteDatabase(join(process.env.DATA_DIR ?? '', 'core-script-management-api.sqlite'), {
  readonly: true,
});
const rows = file.prepare("select title, genre from scripts where title not like 'Load %' order by script_id").all();
console.log(`genres ${JSON.stringify(rows)}`);
file.close();
