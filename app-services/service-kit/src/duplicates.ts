import { invalid } from './errors.ts';

/** @throws {ServiceError} 400 with the values that a field has in more than one item of a list */
export function refuseDuplicates<Field extends string>(
  field: Field,
  items: readonly Readonly<Record<Field, number>>[],
): void {
  const seen = new Set<number>();
  const twice = new Set<number>();
  for (const item of items) (seen.has(item[field]) ? twice : seen).add(item[field]);
  if (twice.size === 0) return;
  const details = [...twice].map((value) => `${field} ${value}`);
  throw invalid(`The same ${field} is listed twice.`, details);
}
