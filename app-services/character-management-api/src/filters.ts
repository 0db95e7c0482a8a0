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

type Condition = Expression<SqlBool>;

/** By links of their own. */
export const actionsWith = (_query: Kysely<Tables>, filter: Filter): Condition =>
  expressionBuilder<Tables, 'actions'>().and({ ...columnsOf(filter), ...characterColumn(filter) });

/** Of the character, and in the place by links of their own or by those of an action that refers to them. */
export function spokenWordsWith(query: Kysely<Tables>, filter: Filter): Condition {
  const words = expressionBuilder<Tables, 'spoken_words'>();
  const ofCharacter = words.and(characterColumn(filter));
  return isSet(filter) ? words.and([ofCharacter, words('dialogue_id', 'in', spokenIn(query, filter))]) : ofCharacter;
}

/** Those who act or speak in the place. */
export function charactersIn(query: Kysely<Tables>, place: Place): Condition {
  const characters = expressionBuilder<Tables, 'characters'>();
  if (!isSet(place)) return characters.and([]);
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
