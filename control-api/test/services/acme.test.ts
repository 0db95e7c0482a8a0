import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { createAcme } from '../../src/services/acme.ts';
import { temporaryFolder } from './temporary-folder.ts';

const names = ['example.com'];
const email = 'operator@fountain.coach';

const text =
  (body: string, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { 'replay-nonce': 'n', ...headers }).end(body);

/** A server that answers every request in this way, over TLS when it has a certificate; its address. */
async function serve(listener: RequestListener, tls?: { key: string; cert: string }): Promise<string> {
  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failureAt(url: string, more: { caFile?: string; requestTimeoutMs?: number } = {}) {
  const folder = await temporaryFolder();
  const accountKeyPath = join(folder, 'account.pem');
  const acme = createAcme({ directoryUrl: `${url}/directory`, accountKeyPath, clock: systemClock, ...more });
  return acme.order(names, email).catch((error) => error);
}

/** A directory that gives nonces, and whose every other resource answers in this way. */
const directoryWith =
  (listener: RequestListener, nonce = 'n'): RequestListener =>
  (request, response) => {
    const { url = '', headers } = request;
    if (url === '/nonce') return void response.writeHead(200, { 'replay-nonce': nonce }).end();
    if (url !== '/directory') return listener(request, response);
    const at = (path: string) => `http://${headers.host}/${path}`;
    response.end(JSON.stringify({ newNonce: at('nonce'), newAccount: at('account'), newOrder: at('order') }));
  };

const problem = (type: string, detail: string, more: object = {}) =>
  JSON.stringify({ type: `urn:ietf:params:acme:error:${type}`, detail, ...more });

test.each([
  ['is no directory', text('<html>'), 'acme_refused', 'newAccount'],
  ['fails', text('busy', 503), 'acme_unreachable', 'HTTP 503'],
  ['gives no nonces', directoryWith(text(''), ''), 'acme_refused', 'nonce'],
  ['refuses every nonce', directoryWith(text(problem('badNonce', 'spent'), 400)), 'acme_refused', 'spent'],
])('a directory that %s', async (_, listener, code, words) => {
  const failure = await failureAt(await serve(listener));
  expect(failure).toMatchObject({ code, message: expect.stringContaining(words) });
});

test('a refusal is told in the authority’s words, with what it says of each name', async () => {
  const identifier = { type: 'dns', value: 'example.com' };
  const subproblems = [{ type: 'urn:ietf:params:acme:error:caa', detail: 'CAA forbids it', identifier }];
  const url = await serve(directoryWith(text(problem('rejectedIdentifier', 'Not this one', { subproblems }), 403)));
  expect(await failureAt(url)).toMatchObject({
    code: 'acme_refused',
    message: expect.stringContaining('Not this one'),
    details: [
      { message: 'Not this one', type: 'rejectedIdentifier', http_status: 403 },
      { message: 'CAA forbids it', type: 'caa', name: 'example.com' },
    ],
  });
});

test.each([
  ['unauthorized', 'its own words'],
  ['invalidContact', 'email address'],
])('what to do about %s, said of a request, is not about name servers', async (type, words) => {
  const url = await serve(directoryWith(text(problem(type, 'Not you'), 403)));
  expect(await failureAt(url)).toMatchObject({ code: 'acme_refused', hint: expect.stringContaining(words) });
});

test.each([
  ['120', 'in 120 s'],
  ['Sat, 21 Nov 2026 12:00:00 GMT', 'after Sat, 21 Nov 2026 12:00:00 GMT'],
  [undefined, 'later'],
])('a rate limit with Retry-After %s is not waited for, but told', async (after, told) => {
  const headers: Record<string, string> = after === undefined ? {} : { 'retry-after': after };
  const url = await serve(directoryWith(text(problem('rateLimited', 'too many'), 429, headers)));
  expect(await failureAt(url)).toMatchObject({ code: 'acme_rate_limited', hint: expect.stringContaining(told) });
});

test('nobody there, and nobody who answers in time', async () => {
  const nobody = await failureAt('http://127.0.0.1:9');
  expect(nobody).toMatchObject({ code: 'acme_unreachable', message: expect.stringContaining('ECONNREFUSED') });
  const silent = await failureAt(await serve(() => {}), { requestTimeoutMs: 50 });
  expect(silent).toMatchObject({ code: 'acme_unreachable', message: expect.stringContaining('timeout of 50ms') });
});

test('a directory’s certificate is checked; ACME_CA_FILE names who else may have signed it', async () => {
  const names = [{ type: 7 as const, ip: '127.0.0.1' }];
  const made = await generate([{ name: 'commonName', value: 'test' }], {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: names },
    ],
  });
  const url = await serve(text('<html>'), { key: made.private, cert: made.cert });
  expect(await failureAt(url)).toMatchObject({
    code: 'acme_unreachable',
    hint: expect.stringContaining('ACME_CA_FILE'),
  });
  const caFile = join(await temporaryFolder(), 'ca.pem');
  expect(await failureAt(url, { caFile })).toMatchObject({ message: expect.stringContaining(caFile) });
  await writeFile(caFile, made.cert);
  expect(await failureAt(url, { caFile })).toMatchObject({ code: 'acme_refused' });
});

test('the account’s key is made once, for its owner alone, and is in no error', async () => {
  const accountKeyPath = join(await temporaryFolder(), 'acme', 'account.pem');
  const directoryUrl = `${await serve(directoryWith(text(problem('malformed', 'no'), 400)))}/directory`;
  const order = () => createAcme({ directoryUrl, accountKeyPath, clock: systemClock }).order(names, email);
  const failure = await order().catch((error) => error);
  const key = await readFile(accountKeyPath, 'utf8');
  expect((await stat(accountKeyPath)).mode & 0o777).toBe(0o600);
  const secret = key.split('\n')[1] ?? '';
  expect(secret.length).toBeGreaterThan(40);
  expect(JSON.stringify(failure) + failure.stack).not.toContain(secret);
  await order().catch(() => undefined);
  expect(await readFile(accountKeyPath, 'utf8')).toBe(key);
});
