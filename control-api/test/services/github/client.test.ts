import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Secret } from '../../../src/lib/secret.ts';
import { createGithubClient, type GithubCall } from '../../../src/services/github/client.ts';
import { fakeClock } from '../../operations/cloud-fakes.ts';

const token = new Secret('ghp_secret');
const get: GithubCall = { method: 'GET', path: '/repos/a/b' };

interface Seen {
  line: string;
  headers: IncomingHttpHeaders;
  body: string;
}

type Scripted = { status: number; headers?: Record<string, string>; body?: string } | 'cut' | 'silent';

/** Time limits that are reached when the test says so: how busy the machine is must not decide. */
function limitsAtHand() {
  const limits: { ms: number; reach(): void }[] = [];
  const spy = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const controller = new AbortController();
    limits.push({ ms, reach: () => controller.abort(new DOMException('reached', 'TimeoutError')) });
    return controller.signal;
  });
  onTestFinished(() => spy.mockRestore());
  return limits;
}

/** A server that gives these answers, one after the other, and a client for it whose waits take no time. */
async function serving(...answers: Scripted[]) {
  const limits = limitsAtHand();
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const answer = answers[seen.length] ?? { status: 500 };
    const index = seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: '' }) - 1;
    const body = (await request.toArray()).join('');
    seen[index] = { ...(seen[index] as Seen), body };
    if (answer === 'cut') request.socket.destroy();
    else if (answer === 'silent') limits.at(-1)?.reach();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const clock = fakeClock();
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
  const ask = createGithubClient({ baseUrl, userAgent: 'fountainai-control/1', clock });
  return { seen, clock, ask, limits };
}

test('a call says who asks, for which version, and with which token', async () => {
  const { seen, ask } = await serving({ status: 201, body: '{"a":1}' });
  const answer = await ask({ method: 'PUT', path: '/repos/a/b', body: { key_id: '7' } }, token);
  expect(answer).toMatchObject({ status: 201, body: { a: 1 } });
  expect(seen).toMatchObject([
    {
      line: 'PUT /api/v3/repos/a/b',
      headers: {
        accept: 'application/vnd.github+json',
        authorization: 'Bearer ghp_secret',
        'content-type': 'application/json',
        'user-agent': 'fountainai-control/1',
        'x-github-api-version': '2022-11-28',
      },
      body: '{"key_id":"7"}',
    },
  ]);
});

test('what GitHub fails at, and what is not answered, is asked three times in all', async () => {
  const { seen, clock, ask } = await serving({ status: 502 }, 'cut', { status: 200, body: '{}' });
  expect(await ask(get, token)).toMatchObject({ status: 200 });
  expect(seen).toHaveLength(3);
  expect(clock.slept).toEqual([250, 1000]);
});

test('the third failure is the answer', async () => {
  const { seen, ask } = await serving({ status: 500 }, { status: 500 }, { status: 503, body: '<html>' });
  expect(await ask(get, token)).toMatchObject({ status: 503, body: undefined });
  expect(seen).toHaveLength(3);
});

test.each([401, 403, 404, 422, 429])('HTTP %i is an answer: nobody asks again', async (status) => {
  const { seen, ask } = await serving({ status, body: '{"message":"no"}' });
  expect(await ask(get, token)).toMatchObject({ status, body: { message: 'no' } });
  expect(seen).toHaveLength(1);
});

test.each<[what: Scripted, told: RegExp]>([
  ['cut', /no answer from GitHub, tried three times: (ECONNRESET|UND_ERR_SOCKET|other side closed)/],
  ['silent', /no answer from GitHub, tried three times: none within the time limit/],
])('%s: github_unreachable without the token', async (what, told) => {
  const { seen, ask, limits } = await serving(what, what, what);
  const error = await ask(get, token).catch((caught) => caught);
  expect(error).toMatchObject({ code: 'github_unreachable', message: expect.stringMatching(told) });
  expect(JSON.stringify([error, error.message, error.stack, error.cause])).not.toContain('ghp_secret');
  expect(seen).toHaveLength(3);
  expect(limits.map(({ ms }) => ms)).toEqual([10_000, 10_000, 10_000]);
});

test('a repository that was renamed is followed', async () => {
  const { seen, ask } = await serving(
    { status: 307, headers: { location: '/api/v3/repositories/7' } },
    { status: 200, body: '{}' },
  );
  const body = { key_id: '7' };
  expect(await ask({ method: 'PUT', path: '/repos/a/b', body }, token)).toMatchObject({ status: 200 });
  expect(seen[1]).toMatchObject({ line: 'PUT /api/v3/repositories/7', body: JSON.stringify(body) });
  expect(seen[1]?.headers.authorization).toBe('Bearer ghp_secret');
});

test('the token does not follow to another origin', async () => {
  const elsewhere = await serving({ status: 200, body: '{}' });
  await elsewhere.ask(get, token);
  const [there] = elsewhere.seen;
  const location = `http://${there?.headers.host}/api/v3/stolen`;
  const { ask } = await serving({ status: 302, headers: { location } });
  await ask(get, token);
  expect(elsewhere.seen[1]).toMatchObject({ line: 'GET /api/v3/stolen' });
  expect(elsewhere.seen[1]?.headers.authorization).toBeUndefined();
});
