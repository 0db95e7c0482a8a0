import { openDatabase } from '@fountainai/service-kit';
import { databases } from '@fountainai/service-kit/testing';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { migrations } from '../src/migrations.ts';
import type { SessionRow, Tables } from '../src/store.ts';
import { openService, type TestService } from './open-service.ts';

/** Sessions 10, 20, 30 and so on, every other one of script 2. */
const rowsOf = (count: number, context: string): SessionRow[] =>
  Array.from({ length: count }, (_, index) => ({
    session_id: 10 * (index + 1),
    user_id: 1,
    context,
    data: null,
    character_id: null,
    script_id: (index % 2) + 1,
    heading_id: null,
    sequence_number: index + 1,
    created_at: '2026-11-21T10:00:00.000Z',
    updated_at: '2026-11-21T10:00:00.000Z',
  }));

test('a filtered page reads no whole table', async () => {
  const { query, close } = await openDatabase<Tables>({ name: 'plans', dataDir: ':memory:', migrations });
  for (const filter of ['user_id', 'character_id', 'script_id', 'heading_id'] as const) {
    const page = query.selectFrom('sessions').selectAll().where(filter, '=', 1).orderBy('session_id').limit(10);
    const steps = await page.explain<{ detail: string }>(undefined, sql`query plan`);
    expect(steps.map(({ detail }) => detail).join('\n')).toMatch(/^SEARCH [^\n]*$/);
  }
  await close();
});

const openOwn = ({ config }: TestService) =>
  openDatabase<Tables>({ name: 'session-context-management-api', ...config, migrations });

databases('many sessions', (database) => {
  async function openWith(rows: readonly SessionRow[]) {
    const service = await openService(database);
    onTestFinished(() => service.close());
    const own = await openOwn(service);
    await own.query.insertInto('sessions').values(rows).execute();
    await own.close();
    return service;
  }

  test('come in one call by twenty thousand ids, for one question to the sequence service', async () => {
    const { client, sequence } = await openWith(rowsOf(2200, 'x'));
    const sessionIds = Array.from({ length: 20_000 }, (_, index) => index + 1001);
    const { body } = await client.post('/sessions/lookup', { sessionIds });
    const found = body.sessions.map(({ sessionId }: { sessionId: number }) => sessionId);
    expect(found).toEqual(sessionIds.filter((id) => id % 10 === 0));
    expect(sequence.asked).toHaveLength(1);
    const page = await client.get('/sessions?scriptId=1&limit=1000');
    expect(page.body).toHaveLength(1000);
    expect(page.headers['x-total-count']).toBe('1100');
    expect(sequence.asked).toHaveLength(2);
  });

  test('with more text than a service can hold are refused, with a hint', async () => {
    const rows = rowsOf(101, '👑'.repeat(10_000));
    const { client, sequence } = await openWith(rows);
    const sessionIds = rows.map(({ session_id }) => session_id);
    const tooLarge = { status: 413, body: { errorCode: 'too_large', message: expect.stringContaining('fewer') } };
    expect(await client.post('/sessions/lookup', { sessionIds })).toMatchObject(tooLarge);
    expect(await client.get('/sessions?limit=1000')).toMatchObject(tooLarge);
    expect(sequence.asked).toEqual([]);
    expect((await client.get('/sessions?limit=1000&offset=1')).body).toHaveLength(100);
    const { body } = await client.post('/sessions/lookup', { sessionIds: sessionIds.slice(1) });
    expect(body.sessions).toHaveLength(100);
  });

  test('and a history with more text than a service can hold is read in parts', async () => {
    const [row] = rowsOf(1, 'x');
    const service = await openWith(row ? [row] : []);
    const own = await openOwn(service);
    const versions = Array.from({ length: 101 }, (_, index) => ({
      session_id: 10,
      version_number: index + 1,
      context: '👑'.repeat(10_000),
      data: null,
      created_at: '2026-11-21T10:00:00.000Z',
    }));
    await own.query.insertInto('context_versions').values(versions).execute();
    await own.close();
    const history = '/sessions/10/context/history';
    expect((await service.client.get(`${history}?limit=1000`)).status).toBe(413);
    expect((await service.client.get(`${history}?limit=100`)).body).toHaveLength(100);
  });
});
