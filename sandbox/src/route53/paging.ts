import { invalidInput } from './errors.ts';

/** How many rows a page has at most: what is asked for, not more than the real service gives, by default few. */
export function pageSize(query: URLSearchParams, most: number, { pageSize }: { pageSize: number }): number {
  const asked = query.get('maxitems');
  if (asked === null) return Math.min(most, pageSize);
  if (!/^[1-9]\d{0,8}$/.test(asked)) throw invalidInput(`Invalid parameter : maxitems ${asked}`);
  return Math.min(most, Number(asked));
}
