import { openDatabase } from '@fountainai/service-kit';
import { expect, test, vi } from 'vitest';
import { migrations } from '../src/migrations.ts';
import { createReferences } from '../src/references.ts';
import type { Tables } from '../src/tables.ts';

test('a deletion that is refused for something that is gone by now is tried again', async () => {
  const database = await openDatabase<Tables>({ name: 'references', dataDir: ':memory:', migrations });
  const remove = vi.fn().mockRejectedValueOnce({ code: '23503' }).mockResolvedValueOnce(true);
  expect(await createReferences(database).releasing('character', 1, remove)).toBe(true);
  expect(remove).toHaveBeenCalledTimes(2);
  await database.close();
});
