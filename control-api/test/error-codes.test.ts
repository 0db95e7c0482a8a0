import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../src/lib/errors.ts';

test('docs/error-codes.md and the catalogue say the same', () => {
  const page = readFileSync(new URL('../../docs/error-codes.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\d{3}) \| (.*) \| (.*) \|$/gm)];
  const documented = rows.map(([, code, status, meaning, hint]) => [code, Number(status), meaning, hint]);
  const known = Object.entries(catalogue).map(([code, [status, meaning, hint]]) => [code, status, meaning, hint]);
  expect(documented.sort()).toEqual(known.sort());
});
