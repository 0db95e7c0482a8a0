import { openDatabase } from '@fountainai/service-kit';
import { databases } from '@fountainai/service-kit/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { actionsWith, charactersIn, spokenWordsWith } from '../src/filters.ts';
import { migrations } from '../src/migrations.ts';
import type { Tables } from '../src/tables.ts';
import type { Row } from './kinds.ts';
import { openService } from './open-service.ts';

test('a filtered page reads no whole table', async () => {
  const { query, close } = await openDatabase<Tables>({ name: 'plans', dataDir: ':memory:', migrations });
  const links = [{ scriptId: 1 }, { headingId: 1 }, { scriptId: 1, headingId: 1 }, { scriptId: 1, characterId: 1 }];
  const pages = links.flatMap((one) => [
    query.selectFrom('actions').selectAll().where(actionsWith(one)).orderBy('action_id').limit(10),
    query.selectFrom('spoken_words').selectAll().where(spokenWordsWith(query, one)).orderBy('dialogue_id').limit(10),
    query.selectFrom('characters').selectAll().where(charactersIn(query, one)).orderBy('character_id').limit(10),
  ]);
  for (const page of pages) {
    const steps = await page.explain<{ detail: string }>(undefined, sql`query plan`);
    const plan = steps.map(({ detail }) => detail).join('\n');
    expect(plan).toMatch(/SEARCH/);
    expect(plan).not.toMatch(/SCAN (actions|spoken_words|characters)/);
  }
  await close();
});

databases('many', (database) => {
  test('a thousand of a script come in one page, for one question to the sequence service', async () => {
    const service = await openService(database);
    const own = await openDatabase<Tables>({ name: 'character-management-api', ...service.config, migrations });
    const none = { heading_id: null, character_id: null, dialogue_id: null, context_id: null };
    const rows = Array.from({ length: 1500 }, (_, index) => ({
      ...none,
      action_id: index + 1,
      description: 'x',
      script_id: index % 5 === 4 ? 2 : 1,
      sequence_number: index + 1,
      created_at: '2026-11-21T10:00:00.000Z',
      updated_at: '2026-11-21T10:00:00.000Z',
    }));
    await own.query.insertInto('actions').values(rows).execute();
    await own.close();
    const { body, headers } = await service.client.get('/actions?scriptId=1&limit=1000');
    expect(headers['x-total-count']).toBe('1200');
    expect(body).toHaveLength(1000);
    expect(new Set(body.map(({ scriptId }: Row) => scriptId))).toEqual(new Set([1]));
    expect(service.sequence.asked).toHaveLength(1);
    const rest = await service.client.get('/actions?scriptId=1&limit=1000&offset=1000');
    expect(rest.body).toHaveLength(200);
    expect(new Set([...body, ...rest.body].map(({ actionId }: Row) => actionId)).size).toBe(1200);
    await service.close();
  });
});
