import { openDatabase } from '@fountainai/service-kit';
import { databases } from '@fountainai/service-kit/testing';
import { type Kysely, sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { actionsWith, type Condition, charactersIn, spokenWordsWith } from '../src/filters.ts';
import { migrations } from '../src/migrations.ts';
import type { ActionRow, Tables } from '../src/tables.ts';
import type { Row } from './kinds.ts';
import { openService } from './open-service.ts';

const set = (condition: Condition) => condition as NonNullable<Condition>;

test('a filtered page reads no whole table', async () => {
  const { query, close } = await openDatabase<Tables>({ name: 'plans', dataDir: ':memory:', migrations });
  const links = [{ scriptId: 1 }, { headingId: 1 }, { scriptId: 1, headingId: 1 }, { scriptId: 1, characterId: 1 }];
  const pages = links.flatMap((one) => [
    query
      .selectFrom('actions')
      .selectAll()
      .where(set(actionsWith(query, one)))
      .orderBy('action_id')
      .limit(10),
    query
      .selectFrom('spoken_words')
      .selectAll()
      .where(set(spokenWordsWith(query, one)))
      .orderBy('dialogue_id')
      .limit(10),
    query
      .selectFrom('characters')
      .selectAll()
      .where(set(charactersIn(query, one)))
      .orderBy('character_id')
      .limit(10),
  ]);
  for (const page of pages) {
    const steps = await page.explain<{ detail: string }>(undefined, sql`query plan`);
    const plan = steps.map(({ detail }) => detail).join('\n');
    expect(plan).toMatch(/SEARCH/);
    expect(plan).not.toMatch(/SCAN (actions|spoken_words|characters)/);
  }
  await close();
});

const time = '2026-11-21T10:00:00.000Z';
const none = { heading_id: null, character_id: null, dialogue_id: null, context_id: null };

const actionsOf = (count: number, script: (index: number) => number): ActionRow[] =>
  Array.from({ length: count }, (_, index) => ({
    ...none,
    action_id: index + 1,
    description: 'x',
    script_id: script(index),
    sequence_number: index + 1,
    created_at: time,
    updated_at: time,
  }));

databases('many', (database) => {
  async function openWith(insert: (query: Kysely<Tables>) => Promise<unknown>) {
    const service = await openService(database);
    onTestFinished(() => service.close());
    const own = await openDatabase<Tables>({ name: 'character-management-api', ...service.config, migrations });
    await insert(own.query);
    await own.close();
    return service;
  }

  test('a thousand of a script come in one page, for one question to the sequence service', async () => {
    const rows = actionsOf(1500, (index) => (index % 5 === 4 ? 2 : 1));
    const service = await openWith((query) => query.insertInto('actions').values(rows).execute());
    const { body, headers } = await service.client.get('/actions?scriptId=1&limit=1000');
    expect(headers['x-total-count']).toBe('1200');
    expect(body).toHaveLength(1000);
    expect(new Set(body.map(({ scriptId }: Row) => scriptId))).toEqual(new Set([1]));
    expect(service.sequence.asked).toHaveLength(1);
    const rest = await service.client.get('/actions?scriptId=1&limit=1000&offset=1000');
    expect(rest.body).toHaveLength(200);
    expect(new Set([...body, ...rest.body].map(({ actionId }: Row) => actionId)).size).toBe(1200);
    const all = await service.client.get('/actions?scriptId=1&limit=20000');
    expect(all.body).toEqual([...body, ...rest.body]);
  });

  test('come by their ids, as far as they are there and fit', async () => {
    const rows = actionsOf(1500, (index) => (index % 5 === 4 ? 2 : 1));
    const { client } = await openWith((query) => query.insertInto('actions').values(rows).execute());
    const { body, headers } = await client.get('/actions?ids=7,5,3,7,9999,9007199254740991&scriptId=1');
    expect([headers['x-total-count'], body.map(({ actionId }: Row) => actionId)]).toEqual(['2', [3, 7]]);
    const ids = Array.from({ length: 1000 }, (_, index) => index + 400).join(',');
    expect((await client.get(`/actions?ids=${ids}&limit=1000`)).body).toHaveLength(1000);
    expect((await client.get(`/actions?ids=${ids},2000`)).status).toBe(400);
  });

  test('come with their links only, where that is asked for', async () => {
    const { client } = await openService(database);
    await client.post('/characters', { name: 'Juliet', description: '' });
    const links = { scriptId: 5, headingId: 6, characterId: 1 };
    await client.post('/spokenWords', { text: 'x', ...links });
    await client.post('/actions', { description: 'x', ...links, dialogueId: 1, contextId: 9 });
    const word = { dialogueId: 1, ...links, sequenceNumber: 1 };
    expect((await client.get('/spokenWords?view=links&scriptId=5')).body).toEqual([word]);
    const action = { actionId: 1, ...word, contextId: 9 };
    expect((await client.get('/actions?view=links&ids=1')).body).toEqual([action]);
    expect((await client.get('/actions?view=full')).body).toMatchObject([{ ...action, description: 'x' }]);
    expect((await client.get('/actions?view=no')).status).toBe(400);
  });

  test('with more text than a service can hold are refused, with a hint', async () => {
    const long = '👑'.repeat(10_000);
    const rows = Array.from({ length: 101 }, (_, index) => index + 1);
    const kept = { sequence_number: 1, created_at: time, updated_at: time };
    const placed = { script_id: null, heading_id: null, character_id: null, ...kept };
    const { client, sequence } = await openWith(async (query) => {
      for (const id of rows) {
        const character = { character_id: id, name: long, description: long, ...kept };
        await query.insertInto('characters').values(character).execute();
        await query
          .insertInto('spoken_words')
          .values({ dialogue_id: id, text: long, ...placed })
          .execute();
        const action = { action_id: id, description: long, dialogue_id: null, context_id: null, ...placed };
        await query.insertInto('actions').values(action).execute();
      }
    });
    for (const path of ['/characters?limit=51', '/actions?limit=101', '/spokenWords?limit=20000']) {
      expect(await client.get(path)).toMatchObject({
        status: 413,
        body: { errorCode: 'too_large', message: expect.stringContaining('fewer') },
      });
    }
    expect(sequence.asked).toEqual([]);
    expect((await client.get('/actions?limit=20000&view=links')).body).toHaveLength(101);
    expect((await client.get('/characters?limit=20000&ids=7,8')).body).toHaveLength(2);
    expect((await client.get('/spokenWords?limit=100&offset=1')).body).toHaveLength(100);
  });
});
