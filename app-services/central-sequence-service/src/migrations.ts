import type { Migration } from '@fountainai/service-kit';

export const elementTypes = [
  'script',
  'section',
  'character',
  'action',
  'spokenWord',
  'session',
  'paraphrase',
] as const;

export const migrations: readonly Migration[] = [
  {
    name: '001-numbers-and-versions',
    async up(query) {
      await query.schema
        .createTable('counters')
        .addColumn('element_type', 'text', (column) => column.primaryKey())
        .addColumn('value', 'bigint', (column) => column.notNull())
        .execute();
      await query
        .insertInto('counters')
        .values(elementTypes.map((element_type) => ({ element_type, value: 0 })))
        .execute();
      await query.schema
        .createTable('numbers')
        .addColumn('element_type', 'text', (column) => column.notNull())
        .addColumn('element_id', 'bigint', (column) => column.notNull())
        .addColumn('sequence_number', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('numbers_key', ['element_type', 'element_id'])
        .execute();
      await query.schema
        .createIndex('numbers_in_order')
        .on('numbers')
        .columns(['element_type', 'sequence_number', 'element_id'])
        .execute();
      await query.schema
        .createTable('versions')
        .addColumn('element_type', 'text', (column) => column.notNull())
        .addColumn('element_id', 'bigint', (column) => column.notNull())
        .addColumn('version_number', 'bigint', (column) => column.notNull())
        .addColumn('version_data', 'text', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('versions_key', ['element_type', 'element_id', 'version_number'])
        .execute();
    },
  },
];
