import { AppError } from '../../lib/errors.ts';

/**
 * Every row of a list, in order; `read` takes where a page begins and tells where the next one does. `until` ends it
 * early, with the first row that is no longer wanted.
 * @throws {AppError} aws_error when AWS names the same next page twice, or answers without a list: nothing is not none
 */
export async function allRows<Row, Start>(
  read: (start: Start | undefined) => Promise<{ rows: readonly Row[] | undefined; next: Start | undefined }>,
  start?: Start,
  until: (row: Row) => boolean = () => false,
): Promise<Row[]> {
  const all: Row[] = [];
  for (let at = start; ; ) {
    const { rows, next } = await read(at);
    if (!rows) throw new AppError('aws_error', 'AWS answered without the list that was asked for.');
    const end = rows.findIndex(until);
    all.push(...(end < 0 ? rows : rows.slice(0, end)));
    if (end >= 0 || next === undefined) return all;
    if (JSON.stringify(next) === JSON.stringify(at)) throw new AppError('aws_error', 'A list of AWS does not end.');
    at = next;
  }
}
