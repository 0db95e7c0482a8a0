import { createElementCounters, type Migration } from '@fountainai/service-kit';

export const migrations: readonly Migration[] = [
  {
    name: '001-scripts-and-sections',
    async up(query) {
      await createElementCounters(query, ['script', 'section']);
      await query.schema
        .createTable('scripts')
        .addColumn('script_id', 'bigint', (column) => column.primaryKey())
        .addColumn('title', 'text', (column) => column.notNull())
        .addColumn('author', 'text')
        .addColumn('description', 'text')
        .addColumn('title_key', 'text', (column) => column.notNull())
        .addColumn('author_key', 'text')
        .addColumn('sequence_number', 'bigint', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('updated_at', 'text', (column) => column.notNull())
        .execute();
      await query.schema
        .createIndex('scripts_in_order')
        .on('scripts')
        .columns(['sequence_number', 'script_id'])
        .execute();
      await query.schema
        .createTable('sections')
        .addColumn('heading_id', 'bigint', (column) => column.primaryKey())
        .addColumn('script_id', 'bigint', (column) =>
          column.notNull().references('scripts.script_id').onDelete('cascade'),
        )
        .addColumn('title', 'text', (column) => column.notNull())
        .addColumn('sequence_number', 'bigint', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('updated_at', 'text', (column) => column.notNull())
        .execute();
      await query.schema
        .createIndex('sections_of_scripts')
        .on('sections')
        .columns(['script_id', 'heading_id'])
        .execute();
    },
  },
];
