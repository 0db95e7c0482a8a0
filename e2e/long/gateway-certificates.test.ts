import { readdir, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { keepCertificate } from '../test/kept-certificates.ts';
import { cost, type KongHost, makeKongHost } from '../test/kong-host.ts';
import { shareWorld } from '../test/shared-world.ts';
import type { Answer } from '../world.ts';

/** What the gateway shows of the certificates that are kept; how they are got is in certificates.test.ts. */
const world = shareWorld();
const story = 'storyfactory.fountain.coach';
const names = ['*.fountain.coach', 'fountain.coach'];
const issue = (more: object = {}, query = '') =>
  world().api.post(`/tls/issue-certificate${query}`, { names, email: 'operator@fountain.coach', ...more });
const list = async () => (await world().api.get('/tls/certificates')).body.certificates;
const told = ({ body }: Answer): string[] =>
  body.steps.map(({ name, detail }: Record<string, string>) => `${name}: ${detail}`);
const shownBy = async (host: KongHost) => (await host.see('status')).body.kong.certificates;
const folder = () => join(world().dataDir, 'certificates');

beforeAll(async () => {
  expectSuccess(await world().api.post('/aws/route53/create-hosted-zone', { domain: 'fountain.coach' }), true);
});
afterEach(async () => {
  world().sandbox.settings.certificates.ageDays = 0;
  await rm(folder(), { recursive: true, force: true });
});

async function served(name: string): Promise<KongHost> {
  const host = await makeKongHost(world(), name);
  expectSuccess(await host.kong(), true);
  return host;
}

/** The status that the story's host is answered with over http. */
function ask({ ip }: KongHost): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: ip, port: 8080, path: '/stories', headers: { host: story }, agent: false });
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });
}

/** The same over https, and which certificate is shown. Whom the sandbox's authority is trusted by is not asked here. */
function askSecurely({ ip }: KongHost): Promise<{ status: number; names: string | undefined; fingerprint: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      host: ip,
      port: 8443,
      path: '/stories',
      servername: story,
      headers: { host: story },
      agent: false,
    };
    requestSecurely({ ...options, rejectUnauthorized: false }, (response) => {
      const { subjectaltname, fingerprint256 } = (response.socket as TLSSocket).getPeerCertificate();
      response.resume();
      resolve({ status: response.statusCode ?? 0, names: subjectaltname, fingerprint: fingerprint256 });
    })
      .on('error', reject)
      .end();
  });
}

test('a certificate is brought with its names; http leads to https, where the key is asked for', async () => {
  const host = await served('secured');
  expectSuccess(await issue(), true);
  const shown = await host.apply({}, 'dry run');
  const { certificates, snis } = shown.body.result.difference;
  expect(certificates).toEqual({ added: ['*.fountain.coach, fountain.coach'], removed: [], changed: [] });
  expect(snis.added).toHaveLength(2);
  expect(JSON.stringify(shown.body)).not.toContain('PRIVATE KEY');
  expect(await ask(host)).toBe(401);
  expectSuccess(await host.apply(), true);
  expect(await ask(host)).toBe(308);
  expect(await askSecurely(host)).toMatchObject({ status: 401, names: 'DNS:*.fountain.coach, DNS:fountain.coach' });
  const again = await cost(world(), host, host.apply);
  expectSuccess(again.answer, false);
  expect(again).toMatchObject({ connections: 1, execs: 1 });
  expect(told(again.answer)).toContain(
    `Route to story-factory-service: 401 without a key: GET https://${story}/stories`,
  );
  expect(told(again.answer).join()).toMatch(/Certificate for \*\.fountain\.coach, fountain\.coach: until \d{4}-/);
  expect(again.answer.body.message).not.toContain('Warning: the certificate');
});

test('an expired one is told wherever one looks, renewed by the same call, and then shown no more', async () => {
  const host = await served('expired');
  await keepCertificate(world(), names, 100);
  const [kept] = await list();
  expect(kept).toMatchObject({ names, serves: names, renewal_due: true });
  expect(kept.days_left).toBeLessThan(-9);
  const day = kept.not_after.slice(0, 10);
  const warning = `Warning: the certificate for ${names.join(', ')} expired on ${day}: POST /tls/issue-certificate, then this call again`;
  for (const answer of [await host.apply({}, 'dry run'), await host.apply(), await host.kong()]) {
    expect(answer.status).toBe(200);
    expect(told(answer)).toContain(
      `Certificate for ${names.join(', ')}: EXPIRED on ${day}: POST /tls/issue-certificate`,
    );
    expect(answer.body.message).toContain(warning);
  }
  expect((await askSecurely(host)).fingerprint).toBe(kept.fingerprint);
  expect(await shownBy(host)).toEqual([{ names, not_after: kept.not_after, expired: true }]);

  const shown = await issue({}, '?dry_run=true');
  expect(shown.body.message).toContain(`the one there is expired ${day}`);
  expect(shown.body.result.certificate).toEqual({ ...kept, days_left: expect.any(Number) });
  const issued = await issue();
  expectSuccess(issued, true);
  expect(issued.body.message).toContain(`the one there is expired ${day}`);
  const { certificate } = issued.body.result;
  expect(await list()).toEqual([{ ...certificate, days_left: expect.any(Number) }]);
  expect(await readdir(folder())).toHaveLength(1);

  // The gateway shows the old one until it gets the new one, and status says what the gateway has.
  expect(await shownBy(host)).toMatchObject([{ expired: true }]);
  expect((await askSecurely(host)).fingerprint).toBe(kept.fingerprint);
  const brought = await host.apply();
  expectSuccess(brought, true);
  expect(brought.body.result.difference.certificates.changed).toEqual([names.join(', ')]);
  expect(brought.body.message).not.toContain('Warning: the certificate');
  expect(await askSecurely(host)).toMatchObject({ status: 401, fingerprint: certificate.fingerprint });
  expect(await shownBy(host)).toEqual([{ names, not_after: certificate.not_after, expired: false }]);
  expectSuccess(await host.apply(), false);
});

test('an expired one, closer to the name, comes in the way of no good one', async () => {
  const host = await served('closer');
  const { certificate } = (await issue()).body.result;
  const path = await keepCertificate(world(), [story], 100);
  expect((await list()).map(({ serves }: { serves: string[] }) => serves)).toEqual([names, []]);
  const brought = await host.apply();
  expectSuccess(brought, true);
  expect(told(brought).join('\n')).toMatch(
    new RegExp(`Certificate for ${story}: EXPIRED on .*; not sent, since others serve its names`),
  );
  expect(brought.body.message).not.toContain('Warning: the certificate');
  expect((await askSecurely(host)).fingerprint).toBe(certificate.fingerprint);
  expectSuccess(await issue(), false);
  expect(await readFile(path, 'utf8')).toContain('PRIVATE KEY');
});

test('a new one that has expired already is not kept: the good one stays, and is shown', async () => {
  const host = await served('born-expired');
  const { certificate } = (await issue()).body.result;
  expectSuccess(await host.apply(), true);
  world().sandbox.settings.certificates.ageDays = 100;
  const refused = await issue({ force: true });
  expectFailure(refused, 502, 'acme_refused');
  expect(refused.body.message).toMatch(/it expired on \d{4}-.*, and it is \d{4}-.* by this machine’s clock/);
  expect(await list()).toMatchObject([{ fingerprint: certificate.fingerprint }]);
  expectSuccess(await host.apply(), false);
  expect((await askSecurely(host)).fingerprint).toBe(certificate.fingerprint);
});

test('one for another name is not sent, whatever its file is called; its hosts stay as they are', async () => {
  const host = await served('another-name');
  const others = ['storyfactory.fountain.example', '*.fountain.example'];
  await keepCertificate(world(), others, 10);
  await keepCertificate(world(), ['a.b.fountain.coach'], 100);
  const applied = await host.apply();
  expectSuccess(applied, false);
  const lines = told(applied).join('\n');
  expect(lines).toMatch(/Certificate for .*fountain\.example: until .*; not sent, since it is for the host of no app/);
  expect(lines).toMatch(/Certificate for a\.b\.fountain\.coach: EXPIRED on .*; not sent, since it is for the host/);
  expect(applied.body.message).not.toContain('Warning: the certificate');
  expect(await ask(host)).toBe(401);
  expect(await shownBy(host)).toEqual([]);

  // Beside a good one they change nothing, and it takes the place of neither.
  const { certificate } = (await issue()).body.result;
  expect(await readdir(folder())).toHaveLength(3);
  expectSuccess(await host.apply(), true);
  expect((await askSecurely(host)).fingerprint).toBe(certificate.fingerprint);
});
