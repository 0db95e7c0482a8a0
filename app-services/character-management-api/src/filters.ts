import { type Expression, expressionBuilder, type Kysely, type SqlBool } from 'kysely';
import type { Tables } from './tables.ts';

/** Where in which script. */
export interface Place {
  scriptId?: number | undefined;
  headingId?: number | undefined;
}

export interface Filter extends Place {
  characterId?: number | undefined;
}

/** Undefined where all are meant: SQLite counts the rows of a table at once when there is no condition, not even `true`. */
export type Condition = Expression<SqlBool> | undefined;

/** By links of their own. */
export function actionsWith(_query: Kysely<Tables>, filter: Filter): Condition {
  const columns = { ...columnsOf(filter), ...characterColumn(filter) };
  return Object.keys(columns).length > 0 ? expressionBuilder<Tables, 'actions'>().and(columns) : undefined;
}

/** Of the character, and in the place by links of their own or by those of an action that refers to them. */
export function spokenWordsWith(query: Kysely<Tables>, filter: Filter): Condition {
  const words = expressionBuilder<Tables, 'spoken_words'>();
  const inPlace = isSet(filter) ? [words('dialogue_id', 'in', spokenIn(query, filter))] : [];
  const { characterId } = filter;
  const ofCharacter = characterId === undefined ? [] : [words('character_id', '=', characterId)];
  const conditions = [...ofCharacter, ...inPlace];
  return conditions.length > 0 ? words.and(conditions) : undefined;
}

/** Those who act or speak in the place. */
export function charactersIn(query: Kysely<Tables>, place: Place): Condition {
  if (!isSet(place)) return undefined;
  const characters = expressionBuilder<Tables, 'characters'>();
  const acting = query
    .selectFrom('actions')
    .select('character_id')
    .where((actions) => actions.and(columnsOf(place)));
  const speaking = query
    .selectFrom('spoken_words')
    .select('character_id')
    .where('dialogue_id', 'in', spokenIn(query, place));
  return characters('character_id', 'in', acting.union(speaking));
}

const isSet = ({ scriptId, headingId }: Place) => scriptId !== undefined || headingId !== undefined;

const spokenIn = (query: Kysely<Tables>, place: Place) =>
  query
    .selectFrom('spoken_words')
    .select('dialogue_id')
    .where((words) => words.and(columnsOf(place)))
    .union(
      query
        .selectFrom('actions')
        .select('dialogue_id')
        .where((actions) => actions.and(columnsOf(place)))
        .$castTo<{ dialogue_id: number }>(),
    );

const columnsOf = ({ scriptId, headingId }: Place) => ({
  ...(scriptId === undefined ? {} : { script_id: scriptId }),
  ...(headingId === undefined ? {} : { heading_id: headingId }),
});

const characterColumn = ({ characterId }: Filter) => (characterId === undefined ? {} : { character_id: characterId });
