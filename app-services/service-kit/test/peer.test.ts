import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPeer, PeerRefusal } from '../src/peer.ts';

let server: Server;
let answer: RequestListener;
let asked: number;
beforeEach(async () => {
  asked = 0;
  server = createServer((request, response) => {
    asked++;
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterEach(async () => {
  vi.useRealTimers();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const open = (timeoutMs = 10_000) =>
  createPeer({ name: 'store', baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs });
const request = { path: '/things', requestId: 'request-1' };
const unavailable = { status: 503, errorCode: 'peer_unavailable' };

test('asks with the id of the request that it is asked for, and answers JSON', async () => {
  let got = '';
  answer = async ({ method, url, headers }, response) => {
    got = `${method} ${url} ${headers['x-request-id']} ${headers['content-type']}`;
    response.end('{"id":1}');
  };
  expect(await open().call({ ...request, method: 'POST', body: {} })).toEqual({ id: 1 });
  expect(got).toBe('POST /things request-1 application/json');
});

test('gives the headers to those who need them', async () => {
  answer = (_, response) => response.writeHead(200, { 'x-total-count': '7' }).end('[]');
  expect(await open().read(request)).toMatchObject({ body: [], headers: { 'x-total-count': '7' } });
});

test('an answer that is longer than wanted, or has no end, is left alone and not asked for again', async () => {
  const closed = new Promise<void>((ended) => {
    answer = (_, response) => {
      const more = () => {
        if (!response.destroyed) response.write('"'.repeat(10_000), more);
      };
      response.on('close', ended);
      more();
    };
  });
  const refused = open().call({ ...request, budget: { bytes: 50_000 } });
  await expect(refused).rejects.toMatchObject({ name: 'PeerRefusal', status: 502, answered: 413 });
  await closed;
  expect(asked).toBe(1);
});

test('several answers share a budget', async () => {
  answer = (_, response) => response.end('[1,2]');
  const budget = { bytes: 12 };
  const peer = open();
  expect(await peer.call({ ...request, budget })).toEqual([1, 2]);
  expect(await peer.call({ ...request, budget })).toEqual([1, 2]);
  await expect(peer.call({ ...request, budget })).rejects.toMatchObject({ answered: 413 });
});

test('a request may take longer than others', async () => {
  answer = (_, response) => void setTimeout(() => response.end('[]'), 100);
  const peer = open(20);
  await expect(peer.call({ ...request, once: true })).rejects.toMatchObject(unavailable);
  expect(await peer.call({ ...request, timeoutMs: 10_000 })).toEqual([]);
});

test.each<[string, RequestListener]>([
  ['ends the connection', (_, response) => response.destroy()],
  ['answers 500', (_, response) => response.writeHead(500).end('{}')],
  [
    'answers half',
    (_, response) => response.writeHead(200, { 'content-length': '9' }).write('{', () => response.destroy()),
  ],
])('it %s once: asked again, nobody notices', async (_, fault) => {
  answer = (request, response) => (asked === 1 ? fault(request, response) : response.end('[]'));
  expect(await open().call(request)).toEqual([]);
  expect(asked).toBe(2);
});

test.each<[string, RequestListener]>([
  ['ends the connection', (_, response) => response.destroy()],
  ['answers 503', (_, response) => response.writeHead(503).end()],
])('it always %s: 503 after three tries, or after one where that is enough', async (_, fault) => {
  answer = fault;
  const peer = open();
  await expect(peer.call(request)).rejects.toMatchObject(unavailable);
  expect(asked).toBe(3);
  await expect(peer.call({ ...request, once: true })).rejects.toMatchObject(unavailable);
  expect(asked).toBe(4);
});

test('it is down', async () => {
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((closed) => server.close(closed));
  const peer = createPeer({ name: 'store', baseUrl, timeoutMs: 10_000 });
  await expect(peer.call(request)).rejects.toMatchObject({
    ...unavailable,
    message: 'store cannot be reached (ECONNREFUSED).',
  });
  server.listen(0, '127.0.0.1');
});

test.each<[string, RequestListener]>([
  ['does not answer', () => undefined],
  ['does not end its answer', (_, response) => response.writeHead(200).write('{')],
])('it %s: given up in time', async (_, fault) => {
  answer = fault;
  await expect(open(20).call(request)).rejects.toMatchObject({ ...unavailable, message: /no answer in 20 ms/ });
});

test('it answers rubbish: 502, and not asked again', async () => {
  answer = (_, response) => response.end('<html>');
  await expect(open().call(request)).rejects.toMatchObject({ status: 502, errorCode: 'peer_answer' });
  expect(asked).toBe(1);
});

test('it refuses: not asked again, however often, and its words are not passed on', async () => {
  answer = (_, response) => response.writeHead(404).end('{"message":"inner words"}');
  const peer = open();
  for (let times = 1; times <= 10; times++) {
    const refusal = await peer.call(request).catch((error) => error);
    expect(refusal).toBeInstanceOf(PeerRefusal);
    expect(refusal).toMatchObject({ answered: 404, status: 502, message: 'store answered 404.' });
    expect(asked).toBe(times);
  }
  expect(peer.state()).toBe('reachable');
});

test('after five failures it is left alone for 5 s, then tried by one call', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  answer = (_, response) => response.destroy();
  const peer = open();
  const once = { ...request, once: true };
  expect(peer.state()).toBe('not asked yet');
  for (let times = 0; times < 5; times++) await expect(peer.call(once)).rejects.toMatchObject(unavailable);
  expect(peer.state()).toBe('unreachable');
  await expect(peer.call(request)).rejects.toMatchObject({ ...unavailable, message: /5 s to recover/ });
  expect(asked).toBe(5);
  vi.setSystemTime(Date.now() + 5001);
  await expect(peer.call(once)).rejects.toMatchObject(unavailable);
  expect(asked).toBe(6);
  await expect(peer.call(once)).rejects.toMatchObject({ message: /5 s to recover/ });
  expect(asked).toBe(6);
  answer = (_, response) => response.end('{}');
  vi.setSystemTime(Date.now() + 5001);
  expect(await Promise.all([peer.call(request), peer.call(request)])).toEqual([{}, {}]);
  expect(peer.state()).toBe('reachable');
});

test('twenty calls at a time', async () => {
  let most = 0;
  let now = 0;
  answer = (_, response) => {
    most = Math.max(most, ++now);
    setTimeout(() => {
      now--;
      response.end('{}');
    }, 5);
  };
  const peer = open();
  await Promise.all(Array.from({ length: 100 }, () => peer.call(request)));
  expect(most).toBe(20);
});
