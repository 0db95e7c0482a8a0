import { checkTag } from './checks.ts';
import type { Field, Fields } from './schema.ts';

/** Short forms for the tables of entities and plugins. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const string = (more: Partial<Field> = {}): Field => ({ type: 'string', ...more });
export const number = (more: Partial<Field> = {}): Field => ({ type: 'number', ...more });
export const integer = (more: Partial<Field> = {}): Field => ({ type: 'integer', ...more });
export const boolean = (): Field => ({ type: 'boolean' });
export const list = (elements: Field, more: Partial<Field> = {}): Field => ({ type: 'array', elements, ...more });
export const strings = (more: Partial<Field> = {}): Field => list(string(more));
export const record = (fields: Fields): Field => ({ type: 'record', fields });
/** Another entity, by its name or id. */
export const foreign: Field = { type: 'foreign' };
export const uuid = string({ check: (value) => (UUID.test(value) ? undefined : 'expected a valid UUID') });

/** Of every entity. */
export const common: Fields = {
  ...{ id: uuid, created_at: integer(), updated_at: integer(), tags: strings({ check: checkTag }) },
  ...{ _comment: string(), _ignore: { type: 'array', elements: { type: 'any' } } },
};

export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
