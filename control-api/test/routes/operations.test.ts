import type { FastifyInstance } from 'fastify';
import { expect, test } from 'vitest';
import { followOperation } from '../../src/routes/operation-events.ts';
import { fakeJournal, operationId, operationView, web } from '../web-fakes.ts';

const events = `/operations/${operationId}/events`;

/** The events in a stream: their id, kind and data. */
function parse(text: string) {
  return [...text.matchAll(/^id: (\d+)\nevent: (\w+)\ndata: (.*)\n$/gm)].map(([, id, event, data]) => ({
    id: Number(id),
    event,
    data: JSON.parse(data as string),
  }));
}

/** Opens a stream over a real connection; `next` reads until the text so far fits the pattern, or the stream ends. */
async function open(app: FastifyInstance, headers: Record<string, string> = {}) {
  const url = app.server.listening ? app.listeningOrigin : await app.listen({ port: 0 });
  const response = await fetch(url + events, { headers });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    response,
    async until(pattern: RegExp): Promise<string> {
      while (!pattern.test(text)) {
        const part = await reader?.read();
        if (!part || part.done) break;
        text += part.value;
      }
      return text;
    },
    hangUp: () => reader?.cancel(),
  };
}

test('operations are listed and shown as the journal has them', async () => {
  const view = operationView();
  const app = await web({ journal: fakeJournal(view) });
  expect((await app.inject('/operations?limit=5&status=succeeded')).json()).toEqual({ operations: [view] });
  expect((await app.inject(`/operations/${operationId}`)).json()).toEqual(view);
});

test('a stream tells what was, what comes and the end, each once, and closes', async () => {
  const journal = fakeJournal();
  const app = await web({ journal });
  journal.append({ name: 'Start' }, 'step');
  journal.append({ text: 'two\nlines' });
  const stream = await open(app);
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
  await stream.until(/id: 2\n/);
  journal.append({ text: 'three' });
  journal.end();
  expect(parse(await stream.until(/never/))).toEqual([
    { id: 1, event: 'step', data: { name: 'Start' } },
    { id: 2, event: 'output', data: { text: 'two\nlines' } },
    { id: 3, event: 'output', data: { text: 'three' } },
    { id: 4, event: 'done', data: { status: 'succeeded' } },
  ]);
  expect(journal.listeners.size).toBe(0);
});

test('Last-Event-ID goes on behind that event; when nothing is left, 204', async () => {
  const journal = fakeJournal();
  const app = await web({ journal });
  for (let n = 1; n <= 5; n++) journal.append({ n });
  journal.end();
  const after = (id: string) => app.inject({ url: events, headers: { 'last-event-id': id } });
  expect(parse((await after('3')).body).map(({ id }) => id)).toEqual([4, 5, 6]);
  expect((await after('6')).statusCode).toBe(204);
  expect((await after('x')).statusCode).toBe(400);
});

test('a client that reconnects at any moment of a busy operation misses nothing and reads nothing twice', async () => {
  const journal = fakeJournal();
  const app = await web({ journal });
  const seen: number[] = [];
  for (let round = 0; round < 6; round++) {
    journal.append({ round });
    const stream = await open(app, { 'last-event-id': String(seen.at(-1) ?? 0) });
    journal.append({ round });
    const text = await stream.until(new RegExp(`id: ${round * 3 + 1}\n.*\n.*\n\n`));
    await stream.hangUp();
    journal.append({ round });
    seen.push(...parse(text).map(({ id }) => id));
  }
  journal.end();
  const last = await open(app, { 'last-event-id': String(seen.at(-1)) });
  seen.push(...parse(await last.until(/never/)).map(({ id }) => id));
  expect(seen).toEqual(Array.from({ length: 19 }, (_, index) => index + 1));
});

test('a client that hangs up leaves no listener behind', async () => {
  const journal = fakeJournal();
  const stream = await open(await web({ journal }));
  await stream.until(/retry/);
  await expect.poll(() => journal.listeners.size).toBe(1);
  await stream.hangUp();
  await expect.poll(() => journal.listeners.size).toBe(0);
});

test('silence is broken by heartbeats', async () => {
  const journal = fakeJournal();
  const signal = new AbortController().signal;
  const told = [];
  for await (const event of followOperation(journal, operationId, 0, 1, signal)) {
    told.push(event?.event ?? null);
    if (told.length === 2) journal.end();
  }
  expect(told).toEqual([null, null, 'done']);
});

test('closing the app ends open streams and refuses new calls', async () => {
  const journal = fakeJournal();
  const app = await web({ journal });
  let refused: Response | undefined;
  app.addHook('preClose', async () => {
    refused = await fetch(`${app.listeningOrigin}/health`);
  });
  const stream = await open(app);
  await stream.until(/retry/);
  const closing = app.close();
  await stream.until(/never/);
  await closing;
  expect(refused?.status).toBe(503);
  expect(await refused?.json()).toMatchObject({ status: 'error', code: 'shutting_down' });
  expect(journal.listeners.size).toBe(0);
});
