import { createElementCounters, type Migration } from '@fountainai/service-kit';

export const migrations: readonly Migration[] = [
  {
    name: '001-sessions-and-contexts',
    async up(query) {
      await createElementCounters(query, ['session']);
      await query.schema
        .createTable('sessions')
        .addColumn('session_id', 'bigint', (column) => column.primaryKey())
        .addColumn('user_id', 'bigint', (column) => column.notNull())
        .addColumn('context', 'text')
        .addColumn('data', 'text')
        .addColumn('character_id', 'bigint')
        .addColumn('script_id', 'bigint')
        .addColumn('heading_id', 'bigint')
        .addColumn('sequence_number', 'bigint', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('updated_at', 'text', (column) => column.notNull())
        .execute();
      for (const filter of ['user_id', 'character_id', 'script_id', 'heading_id']) {
        const index = query.schema.createIndex(`sessions_by_${filter}`);
        await index.on('sessions').columns([filter, 'session_id']).execute();
      }
      await query.schema
        .createTable('context_versions')
        .addColumn('session_id', 'bigint', (column) =>
          column.notNull().references('sessions.session_id').onDelete('cascade'),
        )
        .addColumn('version_number', 'bigint', (column) => column.notNull())
        .addColumn('context', 'text')
        .addColumn('data', 'text')
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('context_versions_in_order', ['session_id', 'version_number'])
        .execute();
    },
  },
];
