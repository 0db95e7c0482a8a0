import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { readJournal } from '../test/canaries.ts';
import { atRoute53, recordXml } from '../test/route53-wire.ts';
import { shareWorld } from '../test/shared-world.ts';
import type { Answer } from '../world.ts';

const ISSUE = '/tls/issue-certificate';
const email = 'operator@fountain.coach';

const world = shareWorld();
const { post, get } = {
  post: (path: string, body: object, headers = {}) => world().api.post(path, body, headers),
  get: (path: string) => world().api.get(path),
};
const issue = (names: readonly string[], more: object = {}) => post(ISSUE, { names, email, ...more });
const faults = () => world().sandbox.control.faults;
const settings = () => world().sandbox.settings;

beforeAll(async () => {
  for (const domain of ['example.com', 'example.org', 'deep.example.org']) {
    expectSuccess(await post('/aws/route53/create-hosted-zone', { domain }), true);
  }
});
afterEach(() => {
  faults().clear();
  settings().delays.inSyncMs = 0;
  Object.assign(settings().certificates, { days: 90, ageDays: 0 });
});

async function textAt(name: string) {
  const zones = ['deep.example.org', 'example.org', 'example.com'];
  const zone = zones.find((domain) => name.endsWith(domain));
  const { body } = await get(`/aws/route53/records?domain=${zone}`);
  return body.records.find((one: { name: string; type: string }) => one.name === name && one.type === 'TXT');
}

/** Of the certificate that is kept for these names; undefined when there is none. */
async function kept(names: readonly string[]) {
  const { body } = await get('/tls/certificates');
  return body.certificates.find((one: { names: string[] }) => String(one.names) === String([...names].sort()));
}

/**
 * A call that has set its proof and waits for Route 53 until `goOn`: so what happens in between is decided by no clock.
 * Resolves with the values of the proof.
 */
async function inTheMidst<T>(name: string, call: () => Promise<T>) {
  settings().delays.inSyncMs = 3_600_000;
  const answer = call();
  const { values } = await vi.waitFor(async () => {
    const record = await textAt(`_acme-challenge.${name}`);
    expect(record).toBeDefined();
    return record;
  }, 30_000);
  return { answer, values, goOn: () => Object.assign(settings().delays, { inSyncMs: 0 }) };
}

/** What the cloud was asked, reads included. */
const asked = () => ({ ...world().sandbox.control.calls() });

describe('a certificate', () => {
  test('for a domain and its wildcard: both proven at once, beside what is there, and all is as before afterwards', async () => {
    const name = '_acme-challenge.example.com';
    const theirs = { domain: 'example.com', name, type: 'TXT', ttl: 777, values: ['of somebody else'] };
    expectSuccess(await post('/aws/route53/upsert-record', theirs), true);
    const answer = await issue(['Example.com.', '*.example.com']);
    expectSuccess(answer, true);
    const { certificate } = answer.body.result;
    expect(certificate).toMatchObject({
      names: ['*.example.com', 'example.com'],
      serves: ['*.example.com', 'example.com'],
      issuer: 'Sandbox Intermediate (a stand-in)',
      renewal_due: false,
    });
    expect(certificate.days_left).toBeGreaterThan(89);
    expect(answer.body.steps.map(({ name }: { name: string }) => name)).toEqual([
      ...['Order the certificate', `Set TXT ${name}`, 'Wait until every name server of Route 53 has it'],
      ...['Have the names proven', 'Have the certificate made', 'Keep the certificate', `Remove TXT ${name}`],
    ]);
    expect(await textAt(name)).toMatchObject({ ttl: 777, values: ['"of somebody else"'] });
    const list = await get('/tls/certificates');
    expect(list.body.certificates).toEqual([certificate]);

    const before = asked();
    const again = await issue(['*.example.com', 'example.com']);
    expectSuccess(again, false);
    expect(again.body.result).toEqual({ certificate: { ...certificate, days_left: expect.any(Number) } });
    const operations = new Set([...Object.keys(before), ...Object.keys(asked())]);
    const more = [...operations].filter((one) => asked()[one] !== before[one]);
    expect(more.filter((one) => !one.includes('HostedZone'))).toEqual([]);
  });

  test('is signed by the directory’s authority, and lies with its key in a file of the owner’s alone', async () => {
    const { body } = await issue(['kept.example.com']);
    const { path, fingerprint } = body.result.certificate;
    const { mode } = await stat(path);
    expect(mode & 0o777).toBe(0o600);
    const text = await readFile(path, 'utf8');
    const [leaf, above] = [...text.matchAll(/-----BEGIN CERT[^-]+-----[^-]+-----END CERTIFICATE-----/g)].map(
      ([pem]) => new X509Certificate(pem),
    );
    const root = new X509Certificate(await (await fetch(`${world().sandbox.url}/acme/root`)).text());
    expect(leaf?.fingerprint256).toBe(fingerprint);
    expect(leaf?.checkHost('kept.example.com')).toBe('kept.example.com');
    expect(leaf?.verify(above?.publicKey ?? root.publicKey)).toBe(true);
    expect(above?.verify(root.publicKey)).toBe(true);
    for (const file of ['acme/account.pem', 'acme/records.json']) {
      expect((await stat(join(world().dataDir, file))).mode & 0o777, file).toBe(0o600);
    }

    // Neither key stands in an answer, the journal or the log.
    const { api } = world();
    const seen = [api.output(), JSON.stringify(body)];
    for (const id of await readJournal(api)) seen.push(JSON.stringify((await get(`/operations/${id}`)).body));
    const keys = [text, await readFile(join(world().dataDir, 'acme/account.pem'), 'utf8')];
    for (const key of keys) {
      const line = /-----BEGIN PRIVATE KEY-----\n(.+)/.exec(key)?.[1] ?? '';
      expect(line.length).toBeGreaterThan(40);
      expect(seen.filter((one) => one.includes(line.slice(8, 40)))).toEqual([]);
    }
  });

  test('of names in several zones: each is proven in the closest, once Route 53 has told its name servers', async () => {
    settings().delays.inSyncMs = 250;
    const answer = await issue(['a.deep.example.org', '*.example.org', 'b.example.com']);
    expectSuccess(answer, true);
    const set = answer.body.steps.filter(({ name }: { name: string }) => name.startsWith('Set TXT'));
    expect(set).toHaveLength(3);
    for (const name of ['a.deep.example.org', 'example.org', 'b.example.com']) {
      expect(await textAt(`_acme-challenge.${name}`)).toBeUndefined();
    }
  });

  test('a dry run asks the directory for nothing; the plan that was seen is the plan that runs', async () => {
    const before = asked();
    const seen = await post(`${ISSUE}?dry_run=true`, { names: ['dry.example.com'], email });
    expect(seen).toMatchObject({ status: 200, body: { dry_run: true, changed: false, result: { certificate: null } } });
    expect(asked().newOrder).toBe(before.newOrder);
    const headers = { 'if-match': seen.headers.get('etag') ?? '' };
    expectSuccess(await post(ISSUE, { names: ['dry.example.com'], email }, headers), true);
    expectFailure(await post(ISSUE, { names: ['dry.example.com'], email }, headers), 412, 'plan_changed');
  });

  test.each([
    ['has less than a third of its time left', 61, { renewal_due: true }],
    ['has more than a third left, but is forced to', 50, { renewal_due: false }],
  ])('is renewed when it %s', async (_, ageDays, state) => {
    settings().certificates.ageDays = ageDays;
    const names = [`aged-${ageDays}.example.com`];
    const first = await issue(names);
    expect(first.body.result.certificate).toMatchObject(state);
    settings().certificates.ageDays = 0;
    const second = await issue(names, { force: !state.renewal_due });
    expectSuccess(second, true);
    expect(second.body.result.certificate.fingerprint).not.toBe(first.body.result.certificate.fingerprint);
    expect(second.body.result.certificate.path).toBe(first.body.result.certificate.path);
    expect(second.body.message).toMatch(/a third of its time|forced/);
    expectSuccess(await issue(names), false);
  });

  test('takes the place of those all of whose names it has; of others, the newer one serves what both have', async () => {
    const names = ['one.example.com', 'two.example.com', 'three.example.com'];
    const [one = '', two = '', three = ''] = names;
    expectSuccess(await issue([one]), true);
    expectSuccess(await issue([one, two]), true);
    expect(await kept([one])).toBeUndefined();
    // The wire has whole seconds, and the newer one is to be newer.
    settings().certificates.ageDays = -1 / 24 / 60;
    expectSuccess(await issue([two, three]), true);
    expect(await kept([one, two])).toMatchObject({ serves: [one] });
    expect(await kept([two, three])).toMatchObject({ serves: [three, two] });
    const files = (await readdir(join(world().dataDir, 'certificates'))).filter((file) =>
      /^(one|two|three)/.test(file),
    );
    expect(files).toHaveLength(2);
  });
});

describe('bad input is refused by name, and the directory is asked for nothing', () => {
  test.each<[what: string, fields: object, path: string]>([
    ['no names', { names: [] }, '/names'],
    ['no list', { names: 'example.com' }, '/names'],
    ['a name twice', { names: ['example.com', 'EXAMPLE.com.'] }, '/names/1'],
    ['a name that a wildcard covers', { names: ['www.example.com', '*.example.com'] }, '/names/0'],
    ['a wildcard in the midst', { names: ['a.*.example.com'] }, '/names/0'],
    ['two wildcards', { names: ['*.*.example.com'] }, '/names/0'],
    ['part of a wildcard', { names: ['w*.example.com'] }, '/names/0'],
    ['one part', { names: ['localhost'] }, '/names/0'],
    ['a wildcard over an ending', { names: ['*.com'] }, '/names/0'],
    ['an address', { names: ['203.0.113.7'] }, '/names/0'],
    ['an underscore', { names: ['_acme-challenge.example.com'] }, '/names/0'],
    ['a URL', { names: ['https://example.com'] }, '/names/0'],
    ['too many', { names: Array.from({ length: 101 }, (_, n) => `host-${n}.example.com`) }, '/names'],
    ['no email address', { email: 'operator' }, '/email'],
    ['an unknown field', { days: 90 }, '/days'],
    ['force that is a text', { force: 'yes' }, '/force'],
  ])('%s', async (_, fields, path) => {
    const before = asked();
    const answer = await post(ISSUE, { names: ['example.com'], email, ...fields });
    expectFailure(answer, 400, 'invalid_request');
    expect(answer.body.details).toContainEqual(expect.objectContaining({ path }));
    expect(asked()).toEqual(before);
  });

  test('a name in no hosted zone, or in one of several of its name', async () => {
    const before = asked().newOrder;
    const none = await issue(['example.com', 'www.nobody.example']);
    expectFailure(none, 404, 'zone_not_found');
    expect(none.body.message).toContain('www.nobody.example');
    const { zone } = atRoute53(world());
    await zone('twice.example', 'first');
    await zone('twice.example', 'second');
    const several = await issue(['www.twice.example']);
    expectFailure(several, 409, 'zone_ambiguous');
    expect(several.body.hint).toContain('registrar');
    expect(asked().newOrder).toBe(before);
  });

  test('a name whose proof cannot be set beside what is there', async () => {
    const cname = { domain: 'example.com', type: 'CNAME', values: ['elsewhere.example.net'] };
    await post('/aws/route53/upsert-record', { ...cname, name: '_acme-challenge.delegated' });
    const at = atRoute53(world());
    const { body } = await get('/aws/route53/records?domain=example.com');
    const routed = '<SetIdentifier>one</SetIdentifier><Weight>1</Weight>';
    const row = recordXml('_acme-challenge.routed.example.com', 'TXT', '"t"', routed);
    await at.records(body.zone.hosted_zone_id, row);
    for (const label of ['delegated', 'routed']) {
      const answer = await issue([`${label}.example.com`]);
      expectFailure(answer, 400, 'invalid_request');
      expect(answer.body.message).toContain(`_acme-challenge.${label}.example.com`);
    }
  });
});

/** A call that fails in its midst: what was there is there still, no proof is left, and the same call then does it. */
async function failsAndEndsWell(names: readonly string[], status: number, code: string): Promise<Answer> {
  const before = await kept(names);
  const answer = await issue(names, { force: true });
  expectFailure(answer, status, code);
  expect((await kept(names))?.fingerprint).toBe(before?.fingerprint);
  for (const name of names) expect(await textAt(`_acme-challenge.${name}`)).toBeUndefined();
  faults().clear();
  expectSuccess(await issue(names, { force: true }), true);
  expect((await kept(names))?.fingerprint).not.toBe(before?.fingerprint);
  return answer;
}

describe('the directory', () => {
  const refusing = ['newAccount', 'newOrder', 'challenge', 'finalize'];
  const refusals = refusing.map((operation) => ['access_denied', operation, 502, 'acme_refused'] as const);
  const failing = ['authorization', 'certificate'];
  const failures = failing.map((operation) => ['service_error', operation, 503, 'acme_unreachable'] as const);
  const losses = ['newOrder', 'finalize'].map((one) => ['lost_reply', one, 503, 'acme_unreachable'] as const);

  test.each([...refusals, ...failures, ...losses])(
    '%s at %s: nothing is replaced, no proof is left',
    async (type, operation, status, code) => {
      faults().add({ type, operation });
      await failsAndEndsWell(['failing.example.com'], status, code);
    },
  );

  test('takes no more orders for now: until when is told, and the call does not wait for it', async () => {
    faults().add({ type: 'throttled', operation: 'newOrder' });
    const { body } = await failsAndEndsWell(['limited.example.com'], 503, 'acme_rate_limited');
    expect(body.message).toContain('too many certificates');
    expect(body.hint).toContain('in 86400 s');
    expect(body.details).toMatchObject([{ type: 'rateLimited', http_status: 429 }]);
  });

  test('does not see the proof: its words, and where to look', async () => {
    const { answer, values, goOn } = await inTheMidst('stolen.example.com', () => issue(['stolen.example.com']));
    // Somebody writes over it.
    const { body } = await get('/aws/route53/records?domain=example.com');
    const row = recordXml('_acme-challenge.stolen.example.com', 'TXT', '"not it"');
    await atRoute53(world()).records(body.zone.hosted_zone_id, row);
    goOn();
    const refused = await answer;
    expectFailure(refused, 502, 'acme_refused');
    expect(refused.body.message).toContain('Incorrect TXT record "not it"');
    expect(refused.body.hint).toContain('registrar');
    expect(values).toHaveLength(1);
    expect(await textAt('_acme-challenge.stolen.example.com')).toMatchObject({ values: ['"not it"'] });
  });
});

describe('Route 53', () => {
  test.each(['ChangeResourceRecordSets', 'GetChange'])(
    'refuses %s: nothing is ordered in vain twice',
    async (operation) => {
      faults().add({ type: 'access_denied', operation, times: 1 });
      await failsAndEndsWell([`${operation.toLowerCase()}.example.com`], 403, 'aws_access_denied');
    },
  );

  test('loses its answers', async () => {
    faults().add({ type: 'lost_reply', operation: 'ChangeResourceRecordSets', times: 1 });
    expectSuccess(await issue(['lost.example.com']), true);
    expect(await textAt('_acme-challenge.lost.example.com')).toBeUndefined();
  });

  test('cannot be reached when the proof is to be removed: told, and removed by the next call', async () => {
    const name = '_acme-challenge.left.example.com';
    const { answer, goOn } = await inTheMidst('left.example.com', () => issue(['left.example.com']));
    faults().add({ type: 'unreachable', operation: 'ChangeResourceRecordSets' });
    goOn();
    expectFailure(await answer, 503, 'aws_unreachable');
    faults().clear();
    expect(await textAt(name)).toBeDefined();
    const next = await issue(['other.example.com']);
    expectSuccess(next, true);
    expect(next.body.steps[0]).toMatchObject({
      name: `Remove what an earlier call left at ${name}`,
      outcome: 'changed',
    });
    expect(await textAt(name)).toBeUndefined();
  });
});

test('a control API that is killed in the midst: the next call removes its proof', async () => {
  const names = ['killed.example.com'];
  const name = '_acme-challenge.killed.example.com';
  const first = await world.anotherApi();
  const cut = await inTheMidst('killed.example.com', () => first.post(ISSUE, { names, email }).catch(() => undefined));
  await first.end('SIGKILL');
  await cut.answer;
  cut.goOn();
  expect(await textAt(name)).toBeDefined();
  const second = await world.anotherApi({ DATA_DIR: first.dataDir });
  const answer = await second.post(ISSUE, { names, email });
  expectSuccess(answer, true);
  expect(answer.body.steps[0].name).toContain('an earlier call left');
  expect(await textAt(name)).toBeUndefined();
  expectSuccess(await second.post(ISSUE, { names, email }), false);
});

test('two at once: the same call gets one answer, another one is told who is at work', async () => {
  const { answer: first, goOn } = await inTheMidst('both.example.com', () => issue(['both.example.com']));
  const same = issue(['both.example.com']);
  expectFailure(await issue(['another.example.com']), 409, 'target_locked');
  const record = { domain: 'example.com', name: 'www', type: 'A', values: ['203.0.113.7'] };
  expectFailure(await post('/aws/route53/upsert-record', record), 409, 'target_locked');
  goOn();
  const answers = await Promise.all([first, same]);
  expect(answers.map(({ body }) => body.operation_id)).toEqual(Array(2).fill(answers[0]?.body.operation_id));
  for (const answer of answers) expectSuccess(answer, true);
});
