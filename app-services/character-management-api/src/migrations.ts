import { createElementCounters, type Migration } from '@fountainai/service-kit';
import type { CreateTableBuilder, Kysely } from 'kysely';

export const migrations: readonly Migration[] = [
  {
    name: '001-characters-actions-spoken-words-paraphrases',
    async up(query) {
      await createElementCounters(query, ['character', 'action', 'spokenWord', 'paraphrase']);
      await numbered(query, 'characters', 'character_id')
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('description', 'text', (column) => column.notNull())
        .execute();
      await numbered(query, 'spoken_words', 'dialogue_id')
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('script_id', 'bigint')
        .addColumn('heading_id', 'bigint')
        .addColumn('character_id', 'bigint', (column) => column.references('characters.character_id'))
        .execute();
      await numbered(query, 'actions', 'action_id')
        .addColumn('description', 'text', (column) => column.notNull())
        .addColumn('script_id', 'bigint')
        .addColumn('heading_id', 'bigint')
        .addColumn('character_id', 'bigint', (column) => column.references('characters.character_id'))
        .addColumn('dialogue_id', 'bigint', (column) => column.references('spoken_words.dialogue_id'))
        .addColumn('context_id', 'bigint')
        .execute();
      await dated(query, 'paraphrases', 'paraphrase_id')
        .addColumn('character_id', 'bigint', (column) =>
          column.references('characters.character_id').onDelete('cascade'),
        )
        .addColumn('action_id', 'bigint', (column) => column.references('actions.action_id').onDelete('cascade'))
        .addColumn('dialogue_id', 'bigint', (column) =>
          column.references('spoken_words.dialogue_id').onDelete('cascade'),
        )
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('commentary', 'text', (column) => column.notNull())
        .execute();
      const links = ['script_id', 'heading_id', 'character_id'];
      await index(query, 'spoken_words', 'dialogue_id', links);
      await index(query, 'actions', 'action_id', [...links, 'dialogue_id']);
      await index(query, 'paraphrases', 'paraphrase_id', ['character_id', 'action_id', 'dialogue_id']);
    },
  },
];

// biome-ignore lint/suspicious/noExplicitAny: a migration works on tables that no type of today describes
type AnyQuery = Kysely<any>;

const dated = (query: AnyQuery, table: string, id: string) =>
  query.schema
    .createTable(table)
    .addColumn(id, 'bigint', (column) => column.primaryKey())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull()) as CreateTableBuilder<string, string>;

const numbered = (query: AnyQuery, table: string, id: string) =>
  dated(query, table, id).addColumn('sequence_number', 'bigint', (column) => column.notNull());

/** For finding by a link, in the order of the ids; a deletion looks there for what refers. */
const index = (query: AnyQuery, table: string, id: string, links: readonly string[]) =>
  Promise.all(
    links.map((link) => query.schema.createIndex(`${table}_by_${link}`).on(table).columns([link, id]).execute()),
  );
