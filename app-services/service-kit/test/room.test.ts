import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RequestContext } from '../src/contract.ts';
import { createRoom } from '../src/room.ts';
import { buildService, type Service } from '../src/service.ts';
import { things } from './things.ts';

const MOST = 4_000_000;

test('small answers are let in side by side, large ones after each other, all in the order in which they came', async () => {
  const room = createRoom();
  const entered: string[] = [];
  const enter = async (name: string, bytes: number) => {
    const giveBack = await room({ rows: 1, bytes });
    entered.push(name);
    return giveBack;
  };
  const [first, second] = await Promise.all([enter('small', 1000), enter('small', 1000)]);
  const large = enter('large', MOST);
  const behind = enter('behind', 1000);
  await delay(5);
  expect(entered).toEqual(['small', 'small']);
  first();
  await delay(5);
  expect(entered).toHaveLength(2);
  second();
  (await large)();
  (await behind)();
  expect(entered).toEqual(['small', 'small', 'large', 'behind']);
});

test('what is too large for any room is refused, and more than a hundred that wait; many rows alone are not', async () => {
  const room = createRoom();
  await expect(room({ rows: 1, bytes: MOST + 1 })).rejects.toMatchObject({ status: 413, errorCode: 'too_large' });
  const giveBack = await room({ rows: 20_000, bytes: 0 });
  const waiting = Array.from({ length: 100 }, () => room({ rows: 1, bytes: 1 }));
  await expect(room({ rows: 1, bytes: 1 })).rejects.toMatchObject({ status: 503, errorCode: 'busy' });
  giveBack();
  for (const one of waiting) (await one)();
  (await room({ rows: 20_000, bytes: 0 }))();
});

let service: Service;
let url: string;
let asked: RequestContext[];
beforeEach(async () => {
  asked = [];
  service = buildService({
    config: { logLevel: 'silent' },
    spec: things(),
    check: async () => undefined,
    handlers: {
      makeThing: async ({ body }) => ({ status: 201, body }),
      async listThings({ query: { limit } }, context) {
        asked.push(context);
        await context.readRows({ most: 1000, weigh: async () => ({ rows: 1, bytes: MOST }), read: async () => [] });
        return { status: 200, body: { limit, kind: 'x'.repeat(limit) } };
      },
      deleteThing: async () => ({ status: 204 }),
    },
  });
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}/things?kind=a&limit=`;
});
afterEach(() => {
  service.app.server.closeAllConnections();
  return service.app.close();
});

/** An answer whose body nobody reads yet. */
const begin = (length: number) =>
  new Promise<IncomingMessage>((answered) => get(`${url}${length}`, { agent: false }, answered).on('error', () => {}));

test('room is given back once an answer has been sent', async () => {
  for (let time = 0; time < 3; time++) expect((await fetch(`${url}10`)).status).toBe(200);
  const all = await Promise.all(Array.from({ length: 10 }, () => fetch(`${url}1000000`)));
  expect(all.map(({ status }) => status)).toEqual(Array(10).fill(200));
  for (const answer of all) await answer.text();
});

test('room is given back when who asked goes away, also while it waits', async () => {
  // More than the connection takes unread.
  const unread = await begin(30_000_000);
  const leaving = new AbortController();
  const waiting = fetch(`${url}10`, { signal: leaving.signal }).catch(() => 'left');
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  leaving.abort();
  expect(await waiting).toBe('left');
  let answered = false;
  const last = fetch(`${url}10`).finally(() => {
    answered = true;
  });
  await vi.waitFor(() => expect(asked).toHaveLength(3));
  expect(answered).toBe(false);
  unread.destroy();
  expect((await last).status).toBe(200);
});
