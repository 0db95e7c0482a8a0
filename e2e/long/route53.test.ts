import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { readEvents } from '../test/events.ts';
import { atRoute53, recordXml } from '../test/route53-wire.ts';
import { shareWorld } from '../test/shared-world.ts';
import type { Answer } from '../world.ts';

const CREATE = '/aws/route53/create-hosted-zone';
const UPSERT = '/aws/route53/upsert-record';
const DELETE = '/aws/route53/delete-record';

// Pages of three, so that every list has several.
const world = shareWorld({ settings: { pageSize: 3 } });
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  world().api.post(path, body, headers);
const faults = () => world().sandbox.control.faults;
const calls = (operation: string) => world().sandbox.control.calls()[operation] ?? 0;
const www = { domain: 'example.com', name: 'www', type: 'A', values: ['203.0.113.7'] };

beforeAll(async () => {
  expectSuccess(await post(CREATE, { domain: 'example.com' }), true);
});
afterEach(() => {
  faults().clear();
  world().sandbox.settings.delays.inSyncMs = 0;
});

async function zonesNamed(domain: string) {
  const { body } = await world().api.get('/aws/route53/hosted-zones');
  return body.hosted_zones.filter((zone: { domain: string }) => zone.domain === domain);
}

async function recordsOf(domain: string, name = domain) {
  const { body } = await world().api.get(`/aws/route53/records?domain=${domain}`);
  return body.records.filter((record: { name: string }) => record.name === name);
}

/** Makes a call that must be refused, and looks that Route 53 was asked for no change. */
async function refused(call: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
  const asked = () => ['CreateHostedZone', 'ChangeResourceRecordSets'].map(calls);
  const before = asked();
  const answer = await call();
  expectFailure(answer, status, code);
  expect(asked()).toEqual(before);
  return answer;
}

/** Seconds from now until a time that an answer tells. */
const secondsUntil = (time: string) => (Date.parse(time) - Date.now()) / 1000;

describe('a hosted zone', () => {
  test('is created once; its name servers are in result and message', async () => {
    const first = await post(CREATE, { domain: 'Created.Example.COM.' });
    expectSuccess(first, true);
    const { zone } = first.body.result;
    expect(zone).toMatchObject({ domain: 'created.example.com', hosted_zone_id: expect.stringMatching(/^Z\w+$/) });
    expect(zone.name_servers).toHaveLength(4);
    for (const server of zone.name_servers) expect(first.body.message).toContain(server);
    const again = await post(CREATE, { domain: 'created.example.com' });
    expectSuccess(again, false);
    expect(again.body.result.zone).toEqual(zone);
    expect(await zonesNamed('created.example.com')).toEqual([zone]);
  });

  test('a dry run creates nothing; the plan seen is the plan that runs', async () => {
    const seen = await post(`${CREATE}?dry_run=true`, { domain: 'dry.example.com' });
    expect(seen).toMatchObject({ status: 200, body: { dry_run: true, changed: false, result: { zone: null } } });
    expect(seen.body.steps[0]).toMatchObject({ outcome: 'would_change' });
    expect(await zonesNamed('dry.example.com')).toEqual([]);
    const headers = { 'if-match': seen.headers.get('etag') ?? '' };
    expectSuccess(await post(CREATE, { domain: 'dry.example.com' }, headers), true);
    expectFailure(await post(CREATE, { domain: 'dry.example.com' }, headers), 412, 'plan_changed');
  });

  test('a name that several zones have: they are listed, and the id decides', async () => {
    const { zone } = atRoute53(world());
    const ids = [await zone('twice.example', 'first'), await zone('twice.example', 'second')];
    const record = { ...www, domain: 'twice.example' };
    for (const call of [() => post(CREATE, { domain: 'twice.example' }), () => post(UPSERT, record)]) {
      const { body } = await refused(call, 409, 'zone_ambiguous');
      expect(body.details.map((one: { hosted_zone_id: string }) => one.hosted_zone_id).sort()).toEqual(ids.sort());
      expect(body.details[0].name_servers).toHaveLength(4);
      expect(body.hint).toContain('hosted_zone_id');
    }
    expectFailure(await world().api.get('/aws/route53/records?domain=twice.example'), 409, 'zone_ambiguous');
    const decided = await post(UPSERT, { ...record, hosted_zone_id: ids[1] });
    expectSuccess(decided, true);
    expect(decided.body.result).toMatchObject({ hosted_zone_id: ids[1], domain: 'twice.example' });
    expectSuccess(await post(UPSERT, { ...www, domain: undefined, hosted_zone_id: `/hostedzone/${ids[1]}` }), false);
    const other = await world().api.get(`/aws/route53/records?hosted_zone_id=${ids[0]}`);
    expect(other.body.records).toHaveLength(2);
  });

  test('a private zone is not ours', async () => {
    const vpc = '<VPC><VPCId>vpc-1</VPCId><VPCRegion>eu-central-1</VPCRegion></VPC>';
    const id = await atRoute53(world()).zone('private.example', 'private', vpc);
    await refused(() => post(UPSERT, { ...www, domain: 'private.example' }), 404, 'zone_not_found');
    await refused(() => post(UPSERT, { ...www, domain: undefined, hosted_zone_id: id }), 404, 'zone_not_found');
    expectSuccess(await post(CREATE, { domain: 'private.example' }), true);
    expect(await zonesNamed('private.example')).toHaveLength(1);
  });

  test('that is not there', async () => {
    const missing = { domain: undefined, hosted_zone_id: 'Z0000000000000000000' };
    await refused(() => post(UPSERT, { ...www, domain: 'nobody.example' }), 404, 'zone_not_found');
    await refused(() => post(UPSERT, { ...www, domain: undefined, name: 'www.nobody.example' }), 404, 'zone_not_found');
    await refused(() => post(UPSERT, { ...www, ...missing }), 404, 'zone_not_found');
    await refused(() => post(DELETE, { ...www, ...missing, confirm: 'www' }), 404, 'zone_not_found');
    await refused(() => world().api.get('/aws/route53/records?domain=nobody.example'), 404, 'zone_not_found');
  });
});

describe('a record', () => {
  test('is set once; what was before and until when it may be told comes with the answer', async () => {
    const first = await post(UPSERT, { ...www, name: 'set', ttl: 3600 });
    expectSuccess(first, true);
    expect(first.body.result).toMatchObject({
      record: { name: 'set.example.com', type: 'A', ttl: 3600, values: ['203.0.113.7'] },
      previous: null,
      change_id: expect.stringMatching(/^C\w+$/),
      in_sync: true,
    });
    // A new one: the SOA says for how long it may be remembered that there is none.
    expect(secondsUntil(first.body.result.old_answer_until)).toBeCloseTo(900, -1);
    const again = await post(UPSERT, { ...www, name: 'set', ttl: 3600 });
    expectSuccess(again, false);
    expect(again.body.result).toMatchObject({ change_id: null, old_answer_until: null });
    const changed = await post(UPSERT, { ...www, name: 'set', ttl: 60, values: ['203.0.113.8'] });
    expectSuccess(changed, true);
    expect(changed.body.result.previous).toEqual({ ttl: 3600, values: ['203.0.113.7'] });
    expect(secondsUntil(changed.body.result.old_answer_until)).toBeCloseTo(3600, -1);
    expect(changed.body.message).toContain(changed.body.result.old_answer_until);
    expect(await recordsOf('example.com', 'set.example.com')).toMatchObject([{ ttl: 60, values: ['203.0.113.8'] }]);
  });

  test('a dry run tells and changes nothing', async () => {
    const { body } = await post(`${UPSERT}?dry_run=true`, { ...www, name: 'dry' });
    expect(body).toMatchObject({ dry_run: true, changed: false, steps: [{ outcome: 'would_change' }, {}] });
    expect(await recordsOf('example.com', 'dry.example.com')).toEqual([]);
  });

  test.each<[what: string, first: object, same: object]>([
    ['capitals, a final dot', { name: 'forms' }, { name: 'FORMS.Example.COM.' }],
    ['the domain in capitals', { name: 'forms-2' }, { name: 'forms-2', domain: 'EXAMPLE.com.' }],
    ['no domain', { name: 'forms.deep' }, { name: 'forms.deep.example.com', domain: undefined }],
    ['a wildcard', { name: '*.wild' }, { name: '\\052.wild.example.com' }],
    ['the zone itself', { name: '@' }, { name: 'example.com' }],
    ['values in another order', { values: ['203.0.113.1', '203.0.113.2'] }, { values: ['203.0.113.2', '203.0.113.1'] }],
    ['an IPv6 address', { type: 'AAAA', values: ['2001:db8:0:0::7'] }, { type: 'AAAA', values: ['2001:DB8::7'] }],
    ['a host', { type: 'MX', values: ['10 Mail.example.com.'] }, { type: 'MX', values: ['10 mail.example.com'] }],
    ['a text', { type: 'TXT', values: ['a "b" ü'] }, { type: 'TXT', values: ['"a \\"b\\" \\303\\274"'] }],
    [
      'a text that is long',
      { type: 'TXT', values: ['x'.repeat(300)] },
      { type: 'TXT', values: [`"${'x'.repeat(255)}" "${'x'.repeat(45)}"`] },
    ],
    [
      'an authority',
      { type: 'CAA', values: ['0 issue letsencrypt.org'] },
      { type: 'CAA', values: ['0 ISSUE "letsencrypt.org"'] },
    ],
    [
      'a service',
      { name: '_sip._tcp', type: 'SRV', values: ['10 5 5060 sip.example.com'] },
      { name: '_sip._tcp', type: 'SRV', values: ['10 5 5060 SIP.example.com.'] },
    ],
    ['an alias', { type: 'CNAME', values: ['a.example.net'] }, { type: 'CNAME', values: ['A.example.net.'] }],
    ['a delegation', { type: 'NS', values: ['ns.example.net'] }, { type: 'NS', values: ['ns.example.net.'] }],
  ])('written another way is the same: %s', async (what, first, same) => {
    const name = what.replaceAll(/\W+/g, '-').toLowerCase();
    const wish = { ...www, name, wait: false };
    expectSuccess(await post(UPSERT, { ...wish, ...first }), true);
    expectSuccess(await post(UPSERT, { ...wish, ...same }), false);
  });

  test('its change is waited for, and what is waited for is told meanwhile', async () => {
    world().sandbox.settings.delays.inSyncMs = 200;
    const answer = await post(UPSERT, { ...www, name: 'waited' });
    expectSuccess(answer, true);
    expect(answer.body.steps[1]).toMatchObject({ outcome: 'verified', detail: expect.stringContaining('INSYNC') });
    const events = await readEvents(`${world().api.baseUrl}/operations/${answer.body.operation_id}/events`);
    expect(JSON.stringify(events)).toContain('is PENDING');
    const unwaited = await post(UPSERT, { ...www, name: 'unwaited', wait: false });
    expect(unwaited.body.result.in_sync).toBe(false);
  });

  test('while another call changes the zone: 409 with who does', async () => {
    faults().add({ type: 'slow', operation: 'ChangeResourceRecordSets', times: 1, delayMs: 300 });
    const first = await post(UPSERT, { ...www, name: 'locked' }, { prefer: 'respond-async' });
    const second = await post(UPSERT, { ...www, name: 'other' });
    expectFailure(second, 409, 'target_locked');
    expect(second.body.details[0]).toMatchObject({ operation_id: first.body.operation_id });
    await readEvents(`${world().api.baseUrl}${first.headers.get('location')}/events`);
  });

  test('is deleted with its exact name; what is gone is no error', async () => {
    await post(UPSERT, { ...www, name: 'gone', values: ['203.0.113.7', '203.0.113.8'], ttl: 7200 });
    const wish = { domain: 'example.com', name: 'gone', type: 'A' };
    const { body } = await refused(() => post(DELETE, wish), 409, 'confirm_required');
    expect(body.message).toContain('"confirm": "gone.example.com"');
    await refused(() => post(DELETE, { ...wish, confirm: 'other.example.com' }), 409, 'confirm_required');
    const confirmed = { ...wish, confirm: 'gone.example.com' };
    for (const other of [{ values: ['203.0.113.7'] }, { ttl: 60 }]) {
      await refused(() => post(DELETE, { ...confirmed, ...other }), 400, 'invalid_request');
    }
    const dry = await post(`${DELETE}?dry_run=true`, confirmed);
    expect(dry.body).toMatchObject({ dry_run: true, changed: false, result: { previous: { ttl: 7200 } } });
    const done = await post(DELETE, { ...confirmed, values: ['203.0.113.8', '203.0.113.7'], ttl: 7200 });
    expectSuccess(done, true);
    expect(done.body.result).toMatchObject({ record: null, previous: { ttl: 7200 }, in_sync: true });
    expect(secondsUntil(done.body.result.old_answer_until)).toBeCloseTo(7200, -1);
    expect(await recordsOf('example.com', 'gone.example.com')).toEqual([]);
    expectSuccess(await post(DELETE, confirmed), false);
  });

  test('a TTL of more than a week is warned of', async () => {
    const { body } = await post(`${UPSERT}?dry_run=true`, { ...www, name: 'long', ttl: 2_147_483_647 });
    expect(body.steps[0]).toMatchObject({ name: 'Warning', detail: expect.stringContaining('24855 days') });
  });

  test('aliases and routed records are shown and left alone; so are SOA and NS of the zone', async () => {
    const at = atRoute53(world());
    const id = await at.zone('shown.example', 'shown');
    const target = '<HostedZoneId>Z2FDTNDATAQYW2</HostedZoneId><DNSName>d1.cloudfront.net</DNSName>';
    await at.records(
      id,
      `<Name>alias.shown.example</Name><Type>A</Type><AliasTarget>${target}<EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>`,
      recordXml('weighted.shown.example', 'A', '203.0.113.7', '<SetIdentifier>one</SetIdentifier><Weight>1</Weight>'),
    );
    const { body } = await world().api.get('/aws/route53/records?domain=shown.example');
    const shown = body.records.map((one: { name: string; type: string }) => `${one.name} ${one.type}`);
    expect(shown).toEqual([
      ...['shown.example NS', 'shown.example SOA', 'alias.shown.example A', 'weighted.shown.example A'],
    ]);
    expect(body.records.map((one: { changeable: boolean }) => one.changeable)).toEqual([false, false, false, false]);
    expect(body.records[2].alias).toEqual({ target: 'd1.cloudfront.net', hosted_zone_id: 'Z2FDTNDATAQYW2' });
    expect(body.records[3]).toMatchObject({ set_identifier: 'one' });
    for (const [name, type, value] of [
      ['alias', 'A', '203.0.113.7'],
      ['weighted', 'A', '203.0.113.7'],
      ['@', 'NS', 'ns.example.net'],
    ]) {
      const wish = { domain: 'shown.example', name, type };
      await refused(() => post(UPSERT, { ...wish, values: [value] }), 400, 'invalid_request');
      await refused(() => post(DELETE, { ...wish, confirm: name }), 400, 'invalid_request');
    }
  });

  test('a CNAME is neither at the zone itself nor beside others', async () => {
    const cname = { domain: 'example.com', type: 'CNAME', values: ['a.example.net'] };
    const apex = await refused(() => post(UPSERT, { ...cname, name: '@' }), 400, 'invalid_request');
    expect(apex.body).toMatchObject({ details: [{ path: '/type' }], hint: expect.stringContaining('A and AAAA') });
    await post(UPSERT, { ...www, name: 'host' });
    await post(UPSERT, { ...cname, name: 'alias' });
    const beside = await refused(() => post(UPSERT, { ...cname, name: 'host' }), 400, 'invalid_request');
    expect(beside.body.message).toContain('host.example.com has A');
    const under = await refused(() => post(UPSERT, { ...www, name: 'alias' }), 400, 'invalid_request');
    expect(under.body.hint).toContain('"type": "CNAME"');
  });
});

describe('bad input is refused by name', () => {
  test.each<[what: string, domain: unknown]>([
    ['empty', ''],
    ['one part', 'localhost'],
    ['a space', 'my domain.com'],
    ['an empty part', 'example..com'],
    ['a long part', `${'a'.repeat(64)}.com`],
    ['too long', `${'abcdefg.'.repeat(32)}com`],
    ['a hyphen first', '-example.com'],
    ['an address', '203.0.113.7'],
    ['a URL', 'https://example.com'],
    ['a wildcard', '*.example.com'],
    ['letters beyond ASCII', 'müsik.example'],
    ['shell characters', 'example.com;reboot'],
    ['no text', 7],
  ])('domain: %s', async (_, domain) => {
    const { body } = await refused(() => post(CREATE, { domain }), 400, 'invalid_request');
    expect(body.details).toContainEqual(expect.objectContaining({ path: '/domain' }));
  });

  test.each<[what: string, fields: object, path: string]>([
    ['unknown', { color: 'red' }, '/color'],
    ['no zone at all', { domain: undefined }, '/domain'],
    ['an id that is none', { hosted_zone_id: 'zone 1' }, '/hosted_zone_id'],
    ['no name', { name: '' }, '/name'],
    ['a name with a space', { name: 'w w' }, '/name'],
    ['a name with an inner wildcard', { name: 'a.*.b' }, '/name'],
    ['a name outside of the zone', { name: 'www.example.org.' }, '/name'],
    ['a name that gets too long', { name: `${'abcdefg.'.repeat(31)}a` }, '/name'],
    ['a type that is none', { type: 'AAAAA' }, '/type'],
    ['the SOA', { type: 'SOA' }, '/type'],
    ['a wildcard NS', { type: 'NS', name: '*', values: ['ns.example.net'] }, '/name'],
    ['no values', { values: [] }, '/values'],
    ['a value twice', { values: ['203.0.113.7', '203.0.113.7'] }, '/values/1'],
    ['too many values', { values: Array.from({ length: 401 }, (_, n) => `10.0.${n >> 8}.${n & 255}`) }, '/values'],
    ['A: no address', { values: ['203.0.113.7', 'host'] }, '/values/1'],
    ['A: out of range', { values: ['203.0.113.256'] }, '/values/0'],
    ['A: leading zeros', { values: ['203.000.113.007'] }, '/values/0'],
    ['A: IPv6', { values: ['2001:db8::7'] }, '/values/0'],
    ['AAAA: IPv4', { type: 'AAAA', values: ['203.0.113.7'] }, '/values/0'],
    ['AAAA: with a zone', { type: 'AAAA', values: ['fe80::1%eth0'] }, '/values/0'],
    ['CNAME: an address', { type: 'CNAME', values: ['203.0.113.7'] }, '/values/0'],
    ['CNAME: two', { type: 'CNAME', values: ['a.example.net', 'b.example.net'] }, '/values'],
    ['CNAME: one part', { type: 'CNAME', values: ['apps'] }, '/values/0'],
    ['MX: no priority', { type: 'MX', values: ['mail.example.com'] }, '/values/0'],
    ['MX: priority out of range', { type: 'MX', values: ['65536 mail.example.com'] }, '/values/0'],
    ['SRV: a number missing', { type: 'SRV', values: ['10 5060 sip.example.com'] }, '/values/0'],
    ['CAA: no tag', { type: 'CAA', values: ['letsencrypt.org'] }, '/values/0'],
    ['CAA: flags out of range', { type: 'CAA', values: ['256 issue "letsencrypt.org"'] }, '/values/0'],
    ['TXT: empty', { type: 'TXT', values: [''] }, '/values/0'],
    ['TXT: a quotation mark left open', { type: 'TXT', values: ['"v=spf1'] }, '/values/0'],
    ['TXT: a quoted string too long', { type: 'TXT', values: [`"${'x'.repeat(256)}"`] }, '/values/0'],
    ['TXT: too long', { type: 'TXT', values: ['x'.repeat(4001)] }, '/values/0'],
    ['a TTL below 0', { ttl: -1 }, '/ttl'],
    ['a TTL above 2147483647', { ttl: 2_147_483_648 }, '/ttl'],
    ['a TTL that is no whole number', { ttl: 1.5 }, '/ttl'],
    ['a TTL that is a text', { ttl: '300' }, '/ttl'],
  ])('record: %s', async (_, fields, path) => {
    const { body } = await refused(() => post(UPSERT, { ...www, ...fields }), 400, 'invalid_request');
    expect(body.details).toContainEqual(expect.objectContaining({ path }));
  });

  test('id and domain that disagree; a list without a zone', async () => {
    const [{ hosted_zone_id }] = await zonesNamed('example.com');
    await refused(() => post(UPSERT, { ...www, domain: 'example.org', hosted_zone_id }), 400, 'invalid_request');
    await refused(() => world().api.get('/aws/route53/records'), 400, 'invalid_request');
  });
});

describe('Route 53', () => {
  const failing: [path: string, operation: string, body: object][] = [
    [CREATE, 'CreateHostedZone', { domain: 'failing.example' }],
    [UPSERT, 'ChangeResourceRecordSets', { ...www, name: 'failing' }],
    [
      DELETE,
      'ChangeResourceRecordSets',
      { domain: 'example.com', name: 'here', type: 'A', confirm: 'here.example.com' },
    ],
  ];

  test.each(failing)('%s: refused, failing, not there, then well', async (path, operation, body) => {
    await post(UPSERT, { ...www, name: 'here' });
    faults().add({ type: 'access_denied', operation, times: 1 });
    expectFailure(await post(path, body), 403, 'aws_access_denied');
    faults().add({ type: 'unreachable', operation: 'ListHostedZonesByName', times: 3 });
    expectFailure(await post(path, body), 503, 'aws_unreachable');
    faults().add({ type: 'service_error', operation: 'ListHostedZonesByName', times: 3 });
    const failed = await post(path, body);
    expectFailure(failed, 502, 'aws_error');
    expect(failed.body.details[0]).toMatchObject({ aws_error: 'InternalFailure', http_status: 500 });
    expectSuccess(await post(path, body), true);
  });

  test('throttling is told with a hint when it lasts, and waited for when it does not', async () => {
    faults().add({ type: 'throttled', operation: 'ChangeResourceRecordSets', times: 4 });
    const before = calls('ChangeResourceRecordSets');
    const answer = await post(UPSERT, { ...www, name: 'throttled' });
    expectFailure(answer, 502, 'aws_error');
    expect(answer.body).toMatchObject({
      message: expect.stringContaining('Throttling'),
      hint: expect.stringContaining('in a minute'),
    });
    expectSuccess(await post(UPSERT, { ...www, name: 'throttled' }), true);
    expect(calls('ChangeResourceRecordSets') - before).toBe(5);
  });

  test('reads fail as calls do', async () => {
    faults().add({ type: 'access_denied', operation: 'ListHostedZones', times: 1 });
    expectFailure(await world().api.get('/aws/route53/hosted-zones'), 403, 'aws_access_denied');
    faults().add({ type: 'unreachable', operation: 'ListResourceRecordSets', times: 3 });
    expectFailure(await world().api.get('/aws/route53/records?domain=example.com'), 503, 'aws_unreachable');
  });
});

describe('a reply that is lost', () => {
  test('of create-hosted-zone, over 8 seeds: one zone each time', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const domain = `seed-${seed}.example`;
      faults().add({ type: 'lost_reply', operation: 'CreateHostedZone', probability: 0.6, seed, times: 2 });
      const answer = await post(CREATE, { domain });
      faults().clear();
      expectSuccess(answer, true);
      expectSuccess(await post(CREATE, { domain }), false);
      expect(await zonesNamed(domain)).toHaveLength(1);
    }
  });

  test('of a change that sets: it is set, and known to be in sync', async () => {
    faults().add({ type: 'lost_reply', operation: 'ChangeResourceRecordSets', times: 1 });
    const answer = await post(UPSERT, { ...www, name: 'lost' });
    expectSuccess(answer, true);
    expect(answer.body.result.in_sync).toBe(true);
    expectSuccess(await post(UPSERT, { ...www, name: 'lost' }), false);
  });

  test('of a change that deletes: it is gone, and the wait says what is not known', async () => {
    await post(UPSERT, { ...www, name: 'lost-too' });
    const wish = { domain: 'example.com', name: 'lost-too', type: 'A', confirm: 'lost-too.example.com' };
    faults().add({ type: 'lost_reply', operation: 'ChangeResourceRecordSets', times: 1 });
    const answer = await post(DELETE, wish);
    expectSuccess(answer, true);
    expect(answer.body.result).toMatchObject({ record: null, change_id: null, in_sync: null });
    expect(answer.body.steps[1].detail).toContain('not known');
    expectSuccess(await post(DELETE, wish), false);
  });

  test('of every change: 503, and the same call finds what is so', async () => {
    faults().add({ type: 'lost_reply', operation: 'ChangeResourceRecordSets' });
    expectFailure(await post(UPSERT, { ...www, name: 'all-lost' }), 503, 'aws_unreachable');
    faults().clear();
    expectSuccess(await post(UPSERT, { ...www, name: 'all-lost' }), false);
  });
});
