import Ajv from 'ajv';

/** What the other services answer, as far as stories need it. Fields that are not named here do not matter. */

export interface ScriptAnswer {
  title: string;
  author?: string;
  description?: string;
}

export interface SectionAnswer {
  headingId: number;
  title: string;
  sequenceNumber: number;
}

interface Place {
  headingId?: number;
  characterId?: number;
  sequenceNumber: number;
}

/** An action without its text. */
export interface ActionLinks extends Place {
  actionId: number;
  dialogueId?: number;
  contextId?: number;
}

/** A spoken word without its text. */
export interface WordLinks extends Place {
  dialogueId: number;
}

export interface ActionAnswer {
  actionId: number;
  description: string;
}

export interface WordAnswer {
  dialogueId: number;
  text: string;
}

export interface CharacterAnswer {
  characterId: number;
  name: string;
  description: string;
}

export interface SessionAnswer {
  sessionId: number;
  characterId?: number;
  context?: string;
  data?: Record<string, string>;
}

const ajv = new Ajv.default();
const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const text = { type: 'string' };

const objectOf = (required: Record<string, object>, optional: Record<string, object> = {}) => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
});

const listOf = <Item>(item: object) => ajv.compile<Item[]>({ type: 'array', items: item });

const links = { headingId: id, characterId: id };
const textsOfData = { type: 'object', additionalProperties: text };

export const isScript = ajv.compile<ScriptAnswer>(objectOf({ title: text }, { author: text, description: text }));
export const areSections = listOf<SectionAnswer>(objectOf({ headingId: id, title: text, sequenceNumber: id }));
export const areActionLinks = listOf<ActionLinks>(
  objectOf({ actionId: id, sequenceNumber: id }, { ...links, dialogueId: id, contextId: id }),
);
export const areWordLinks = listOf<WordLinks>(objectOf({ dialogueId: id, sequenceNumber: id }, links));
export const areActions = listOf<ActionAnswer>(objectOf({ actionId: id, description: text }));
export const areWords = listOf<WordAnswer>(objectOf({ dialogueId: id, text }));
export const areCharacters = listOf<CharacterAnswer>(objectOf({ characterId: id, name: text, description: text }));
export const areSessions = ajv.compile<{ sessions: SessionAnswer[] }>(
  objectOf({
    sessions: {
      type: 'array',
      items: objectOf({ sessionId: id }, { characterId: id, context: text, data: textsOfData }),
    },
  }),
);
