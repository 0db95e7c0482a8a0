import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { hasPebble, type Pebble, startPebble } from '../test/pebble.ts';
import { shareWorld } from '../test/shared-world.ts';
import type { ControlApi } from '../world.ts';

const email = 'operator@fountain.coach';
const world = shareWorld();

if (!hasPebble) {
  process.stdout.write('Pebble is not installed (scripts/install-test-tools.sh): the tests with it are skipped.\n');
}

/** The real protocol, by Let's Encrypt's own test server; what the sandbox's stand-in is not asked is asked here. */
describe.skipIf(!hasPebble)('Pebble', () => {
  let pebble: Pebble;
  let api: ControlApi;

  beforeAll(async () => {
    // Of ten good nonces one is refused; what was proven once counts for the next order.
    const settings = { PEBBLE_WFE_NONCEREJECT: '10', PEBBLE_AUTHZREUSE: '100' };
    pebble = await startPebble(world().sandbox.url, settings);
    api = await world.anotherApi(pebble.env);
    for (const domain of ['example.com', 'example.org']) {
      expectSuccess(await api.post('/aws/route53/create-hosted-zone', { domain }), true);
    }
  });
  afterAll(() => pebble?.stop());

  const issue = (names: readonly string[], more: object = {}) =>
    api.post('/tls/issue-certificate', { names, email, ...more });
  const proofsLeft = async () => {
    const lists = ['example.com', 'example.org'].map((domain) => api.get(`/aws/route53/records?domain=${domain}`));
    return (await Promise.all(lists)).flatMap(({ body }) =>
      body.records.filter(({ name }: { name: string }) => name.startsWith('_acme-challenge.')),
    );
  };

  test('issues for a domain, its wildcard and another domain, though it refuses nonces; the chain holds', async () => {
    const names = ['*.example.com', 'example.com', 'www.example.org'];
    const answer = await issue(names);
    expectSuccess(answer, true);
    const { certificate } = answer.body.result;
    expect(certificate).toMatchObject({ names, serves: names, issuer: expect.stringContaining('Pebble') });
    const pems = (await readFile(certificate.path, 'utf8')).match(
      /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
    );
    const [leaf, above] = (pems ?? []).map((pem) => new X509Certificate(pem));
    expect(leaf?.checkHost('anything.example.com')).toBeTruthy();
    expect(leaf?.verify((above as X509Certificate).publicKey)).toBe(true);
    expect(above?.verify(new X509Certificate(await pebble.root()).publicKey)).toBe(true);
    expect(await proofsLeft()).toEqual([]);
    expectSuccess(await issue(names), false);
  });

  test('takes what was proven before for proven: no record is set', async () => {
    const answer = await issue(['example.com', '*.example.com', 'www.example.org'], { force: true });
    expectSuccess(answer, true);
    const set = answer.body.steps.filter(({ name }: { name: string }) => /^(Set|Remove) TXT/.test(name));
    expect(set.map(({ outcome }: { outcome: string }) => outcome)).toEqual(Array(4).fill('unchanged'));
    expectSuccess(await issue(['*.example.com', 'example.com', 'www.example.org']), false);
  });

  test('does not see a proof that name servers do not have: refused in its words, nothing left, nothing kept', async () => {
    // Its records go to the sandbox alone, past Pebble's DNS.
    const { ACME_DIRECTORY_URL = '', ACME_CA_FILE = '' } = pebble.env;
    const unfed = await world.anotherApi({ ACME_DIRECTORY_URL, ACME_CA_FILE });
    const refused = await unfed.post('/tls/issue-certificate', { names: ['unseen.example.com'], email });
    expectFailure(refused, 502, 'acme_refused');
    expect(refused.body.message).toContain('unseen.example.com');
    expect(refused.body.hint).toContain('registrar');
    expect(await proofsLeft()).toEqual([]);
    expect((await unfed.get('/tls/certificates')).body.certificates).toEqual([]);
  });

  test('is not trusted without ACME_CA_FILE, and refuses an address that is none', async () => {
    expectFailure(await issue(['a.example.com'], { email: 'operator@fountain' }), 400, 'invalid_request');
    const { ACME_DIRECTORY_URL = '' } = pebble.env;
    const stranger = await world.anotherApi({ ACME_DIRECTORY_URL });
    const answer = await stranger.post('/tls/issue-certificate', { names: ['a.example.com'], email });
    expectFailure(answer, 503, 'acme_unreachable');
    expect(answer.body.hint).toContain('ACME_CA_FILE');
  });
});
