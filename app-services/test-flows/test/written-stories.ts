import { type Config, openDatabase } from '@fountainai/service-kit';
import { migrations as numbersOf } from '../../central-sequence-service/src/migrations.ts';
import { migrations as charactersOf } from '../../character-management-api/src/migrations.ts';
import { migrations as scriptsOf } from '../../core-script-management-api/src/migrations.ts';
import { migrations as sessionsOf } from '../../session-context-management-api/src/migrations.ts';

const time = '2026-11-21T10:00:00.000Z';
const times = { created_at: time, updated_at: time };
const BEATS_IN_SECTION = 50;
const CHARACTERS = 20;
const ROWS_AT_ONCE = 500;
const moods = ['longing', 'desperate', 'curious', 'calm', 'joyful'];

type Place = Pick<Config, 'dataDir' | 'databaseUrl'>;
type Row = Record<string, string | number | null>;
// biome-ignore lint/suspicious/noExplicitAny: these tables have no common type
type Tables = any;

/**
 * Writes stories into the services' databases, as the services would have kept them: script 1 has as many beats as `lengths`
 * says first, and so on. A beat's texts have some 150 characters in all, as in plays. Services started on these then tell them.
 */
export async function writeStories(place: Place, lengths: readonly number[]): Promise<void> {
  const stories = lengths.map((beats, index) => storyOf(index + 1, beats, sum(lengths.slice(0, index))));
  const rowsOf = (table: keyof ReturnType<typeof storyOf>) => stories.flatMap((story) => story[table]);
  const characters = Array.from({ length: CHARACTERS }, (_, index) => ({
    character_id: index + 1,
    name: `Character ${index + 1}`,
    description: 'One of many.',
    sequence_number: index + 1,
    ...times,
  }));
  const elements = [
    ...rowsOf('scripts'),
    ...rowsOf('sections'),
    ...characters,
    ...rowsOf('spoken_words'),
    ...rowsOf('actions'),
    ...rowsOf('sessions'),
  ];
  await fill(place, 'core-script-management-api', scriptsOf, {
    scripts: rowsOf('scripts'),
    sections: rowsOf('sections'),
  });
  const words = { characters, spoken_words: rowsOf('spoken_words'), actions: rowsOf('actions') };
  await fill(place, 'character-management-api', charactersOf, words);
  await fill(place, 'session-context-management-api', sessionsOf, { sessions: rowsOf('sessions') });
  await fill(place, 'central-sequence-service', numbersOf, { numbers: elements.map(numberOf) });
}

const speech = (beat: number) =>
  `The clock struck nine when I did send the nurse; in half an hour she promised to return, and that is ${beat} times ago.`;

function storyOf(script_id: number, beats: number, before: number) {
  const firstSection = Math.ceil(before / BEATS_IN_SECTION) + script_id;
  const titled = {
    title: `Story ${script_id}`,
    title_key: `story ${script_id}`,
    author: 'Nobody',
    author_key: 'nobody',
  };
  const numbered = Array.from({ length: beats }, (_, index) => {
    const heading_id = firstSection + Math.floor(index / BEATS_IN_SECTION);
    const place = { script_id, heading_id, character_id: (index % CHARACTERS) + 1 };
    return { id: before + index + 1, place, kept: { sequence_number: before + index + 1, ...times } };
  });
  const headings = [...new Set(numbered.map(({ place }) => place.heading_id))];
  return {
    scripts: [{ script_id, ...titled, sequence_number: script_id, ...times }] as Row[],
    sections: headings.map(
      (id): Row => ({ heading_id: id, script_id, title: `Scene ${id}`, sequence_number: id, ...times }),
    ),
    spoken_words: numbered.map(
      ({ id, place, kept }): Row => ({ dialogue_id: id, text: speech(id), ...place, ...kept }),
    ),
    actions: numbered.map(
      ({ id, place, kept }): Row => ({
        action_id: id,
        description: `Enters and goes, ${id}.`,
        dialogue_id: id,
        context_id: id,
        ...place,
        ...kept,
      }),
    ),
    sessions: numbered.map(
      ({ id, kept }): Row => ({
        session_id: id,
        user_id: 1,
        context: null,
        data: JSON.stringify({ mood: moods[id % moods.length] }),
        character_id: null,
        script_id,
        heading_id: null,
        ...kept,
      }),
    ),
  };
}

const types = {
  action_id: 'action',
  session_id: 'session',
  dialogue_id: 'spokenWord',
  heading_id: 'section',
  character_id: 'character',
  script_id: 'script',
};

/** An element's own id is its first. */
function numberOf(row: Row): Row {
  const [column, id] = Object.entries(row)[0] ?? [];
  return {
    element_type: types[column as keyof typeof types],
    element_id: id ?? 0,
    sequence_number: row.sequence_number ?? 0,
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

async function fill(place: Place, name: string, migrations: typeof scriptsOf, tables: Record<string, Row[]>) {
  const database = await openDatabase<Tables>({ name, ...place, migrations });
  await database.write(async (own) => {
    for (const [table, rows] of Object.entries(tables)) {
      for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
        await own
          .insertInto(table)
          .values(rows.slice(at, at + ROWS_AT_ONCE))
          .execute();
      }
    }
  });
  await database.close();
}
