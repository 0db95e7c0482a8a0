import { invalidInput } from './errors.ts';

/** One page of `rows` from where `pageToken` points; no `nextPageToken` on the last. Throws InvalidInput for a token not ours. */
export function page<T>(rows: readonly T[], pageToken: string | undefined, size: number) {
  const start = pageToken === undefined ? 0 : offsetOf(pageToken);
  const end = start + size;
  return { rows: rows.slice(start, end), ...(end < rows.length ? { nextPageToken: tokenOf(end) } : {}) };
}

const tokenOf = (offset: number) => Buffer.from(`offset:${offset}`).toString('base64url');

function offsetOf(token: string): number {
  const offset = /^offset:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (offset === undefined) throw invalidInput('The page token is not valid.');
  return Number(offset);
}
