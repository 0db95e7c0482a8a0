import {
  CreateHostedZoneCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { operationId } from '../../src/lib/ids.ts';
import { awsError, failureOf, nameServers, networkError, service, spent, zoneRow } from './route53/fixtures.ts';

const aws = mockClient(Route53Client);
// It stands in the class itself, which other files of this worker use.
afterAll(() => aws.restore());
afterAll(() => aws.restore());
const DelegationSet = { NameServers: nameServers };

beforeEach(() => {
  aws.reset();
  aws.on(GetHostedZoneCommand).callsFake(({ Id }) => ({ HostedZone: zoneRow(Id), DelegationSet }));
});

const make = (route53 = service()) => route53.route53.createZone('example.com', 'op_1');
const references = () => aws.commandCalls(CreateHostedZoneCommand).map(({ args }) => args[0].input.CallerReference);
const listed = (...rows: ReturnType<typeof zoneRow>[]) =>
  aws.on(ListHostedZonesByNameCommand).resolves({ HostedZones: rows, IsTruncated: false });

test('the caller reference is made from the name', async () => {
  const ChangeInfo = { Id: '/change/C1', Status: 'PENDING' as const, SubmittedAt: new Date() };
  aws.on(CreateHostedZoneCommand).resolves({ HostedZone: zoneRow('Z1'), DelegationSet, ChangeInfo });
  expect(await make()).toEqual({
    zone: { hosted_zone_id: 'Z1', domain: 'example.com', name_servers: nameServers, records: 2 },
    changeId: 'C1',
    made: true,
  });
  expect(references()).toEqual(['fountain example.com']);
});

test('a long name gives references that Route 53 takes, which are no longer than 128 characters', async () => {
  aws
    .on(CreateHostedZoneCommand)
    .rejectsOnce(spent)
    .resolves({ HostedZone: zoneRow('Z4'), DelegationSet });
  listed();
  const domain = `${'abcdefg.'.repeat(31)}example`;
  const id = operationId(new Date());
  await service().route53.createZone(domain, id);
  const [first = '', second = ''] = references();
  expect(first).toMatch(/^fountain [0-9a-f]{64}$/);
  expect(second).toBe(`${first} ${id}`);
  expect(second.length).toBeLessThanOrEqual(128);
});

test('the reference is spent, and the zone is there: it is the one that a lost answer made', async () => {
  aws.on(CreateHostedZoneCommand).rejects(spent);
  listed(zoneRow('Z1'), zoneRow('Z2', 'example.com.', { CallerReference: 'fountain example.com' }));
  expect(await make()).toMatchObject({ zone: { hosted_zone_id: 'Z2' }, changeId: undefined, made: true });
  expect(references()).toHaveLength(1);
});

test('another made a zone of this name meanwhile: it is told, and no second one is made', async () => {
  aws.on(CreateHostedZoneCommand).rejects(networkError('ECONNRESET'));
  listed(zoneRow('Z1'));
  expect(await make()).toMatchObject({ zone: { hosted_zone_id: 'Z1' }, made: false });
});

test('the reference is spent by a zone that was deleted: after half a minute of looking another one is taken', async () => {
  aws
    .on(CreateHostedZoneCommand)
    .rejectsOnce(spent)
    .resolves({ HostedZone: zoneRow('Z3'), DelegationSet });
  listed();
  const one = service();
  expect(await make(one)).toMatchObject({ zone: { hosted_zone_id: 'Z3' }, made: true });
  expect(references()).toEqual(['fountain example.com', 'fountain example.com op_1']);
  expect(one.clock.slept).toBe(30_000);
});

test('a zone that shows late is found', async () => {
  aws.on(CreateHostedZoneCommand).rejects(spent);
  const row = zoneRow('Z2', 'example.com.', { CallerReference: 'fountain example.com' });
  aws
    .on(ListHostedZonesByNameCommand)
    .resolvesOnce({ HostedZones: [] })
    .rejectsOnce(networkError('ECONNRESET'))
    .resolves({ HostedZones: [row] });
  expect(await make()).toMatchObject({ zone: { hosted_zone_id: 'Z2' } });
  expect(references()).toHaveLength(1);
});

test('both references are spent, and nothing shows', async () => {
  aws.on(CreateHostedZoneCommand).rejects(spent);
  listed();
  expect(await failureOf(make())).toMatchObject({ code: 'aws_error', hint: expect.stringContaining('looks first') });
  expect(references()).toHaveLength(2);
});

test.each([
  ['no answer', networkError('ECONNRESET'), 'aws_unreachable', 5000],
  ['a failure of AWS’s own', awsError('InternalFailure', 'oops', { status: 500 }), 'aws_error', 5000],
  ['nobody there', networkError('ECONNREFUSED'), 'aws_unreachable', 0],
  ['refused', awsError('AccessDenied', 'not authorized', { status: 403 }), 'aws_access_denied', 0],
  ['too many', awsError('TooManyHostedZones', 'Limits Exceeded'), 'aws_error', 0],
])('%s: no other reference is tried', async (_, error, code, slept) => {
  aws.on(CreateHostedZoneCommand).rejects(error);
  listed();
  const one = service();
  expect(await failureOf(make(one))).toMatchObject({ code });
  expect(references()).toEqual(['fountain example.com']);
  expect(one.clock.slept).toBe(slept);
});
