import { AppError } from '../../lib/errors.ts';

/**
 * Every row of a list, in order; `read` takes where a page begins and tells where the next one does. `until` ends it
 * early, with the first row that is no longer wanted.
 * @throws {AppError} aws_error when AWS names the same next page twice
 */
export async function allRows<Row, Start>(
  read: (start: Start | undefined) => Promise<{ rows: readonly Row[]; next: Start | undefined }>,
  start?: Start,
  until: (row: Row) => boolean = () => false,
): Promise<Row[]> {
  const all: Row[] = [];
  for (let at = start; ; ) {
    const { rows, next } = await read(at);
    const end = rows.findIndex(until);
    all.push(...(end < 0 ? rows : rows.slice(0, end)));
    if (end >= 0 || next === undefined) return all;
    if (JSON.stringify(next) === JSON.stringify(at)) throw new AppError('aws_error', 'A list of AWS does not end.');
    at = next;
  }
}
