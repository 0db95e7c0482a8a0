import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingNames } from '../src/config.ts';

test('docs/settings.md and the schema name the same settings', () => {
  const page = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| ([A-Z0-9_, ]+) \|/gm)];
  const documented = rows.flatMap(([, names = '']) => names.split(', '));
  expect(documented.sort()).toEqual([...settingNames].sort());
});
