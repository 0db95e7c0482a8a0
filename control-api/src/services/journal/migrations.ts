import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Tables } from './database.ts';

const migrations: Record<string, Migration> = {
  '001-operations': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('operations')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('operation', 'text', (column) => column.notNull())
        .addColumn('target', 'text', (column) => column.notNull())
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('message', 'text', (column) => column.notNull())
        .addColumn('changed', 'integer', (column) => column.notNull())
        .addColumn('dry_run', 'integer', (column) => column.notNull())
        .addColumn('actor', 'text', (column) => column.notNull())
        .addColumn('reason', 'text')
        .addColumn('fingerprint', 'text', (column) => column.notNull())
        .addColumn('started_at', 'text', (column) => column.notNull())
        .addColumn('ended_at', 'text')
        .addColumn('deadline_at', 'text', (column) => column.notNull())
        .addColumn('plan_hash', 'text')
        .addColumn('error', 'text')
        .addColumn('result', 'text')
        .execute();
      await db.schema.createIndex('operations_plan_hash').on('operations').column('plan_hash').execute();
      await db.schema
        .createTable('events')
        .addColumn('operation_id', 'text', (column) => column.notNull().references('operations.id'))
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .addColumn('at', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('events_key', ['operation_id', 'seq'])
        .modifyEnd(sql`without rowid`)
        .execute();
      await db.schema
        .createTable('locks')
        .addColumn('target', 'text', (column) => column.primaryKey())
        .addColumn('operation_id', 'text', (column) => column.notNull().references('operations.id'))
        .execute();
      await db.schema
        .createTable('pins')
        .addColumn('identity', 'text', (column) => column.primaryKey())
        .addColumn('region', 'text')
        .addColumn('instance_name', 'text')
        .addColumn('address', 'text', (column) => column.notNull())
        .addColumn('host_keys', 'text', (column) => column.notNull())
        .addColumn('pinned_at', 'text', (column) => column.notNull())
        .execute();
    },
  },
  '002-github-secrets': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('github_secrets')
        .addColumn('repository', 'text', (column) => column.notNull())
        .addColumn('environment', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('hmac', 'text', (column) => column.notNull())
        .addColumn('updated_at', 'text')
        .addPrimaryKeyConstraint('github_secrets_key', ['repository', 'environment', 'name'])
        .modifyEnd(sql`without rowid`)
        .execute();
    },
  },
};

/** Brings the schema up to date; throws what the failing migration threw. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
