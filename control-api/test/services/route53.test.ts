import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { awsError, failureOf, nameServers, networkError, noZone, service, zoneRow } from './route53/fixtures.ts';

const aws = mockClient(Route53Client);
// It stands in the class itself, which other files of this worker use.
afterAll(() => aws.restore());
afterAll(() => aws.restore());
const zone = { hosted_zone_id: 'Z1', domain: 'example.com' };
const DelegationSet = { NameServers: nameServers };

beforeEach(() => {
  aws.reset();
  aws.on(GetHostedZoneCommand).callsFake(({ Id }) => ({ HostedZone: zoneRow(Id), DelegationSet }));
});

describe('a zone is found', () => {
  test('past zones of other names and private ones', async () => {
    aws.on(ListHostedZonesByNameCommand).resolves({
      HostedZones: [
        zoneRow('Z0', 'example.com.', { Config: { PrivateZone: true } }),
        zoneRow('Z1'),
        zoneRow('Z9', 'example.net.'),
      ],
    });
    const { route53 } = service();
    expect(await route53.zoneNamed('example.com')).toMatchObject({ hosted_zone_id: 'Z1', name_servers: nameServers });
    expect(await failureOf(route53.findZone({ domain: 'example.org' }))).toMatchObject({ code: 'zone_not_found' });
  });

  test('on a later page of its name', async () => {
    const page = { HostedZones: [zoneRow('Z0', 'example.com.', { Config: { PrivateZone: true } })], IsTruncated: true };
    aws
      .on(ListHostedZonesByNameCommand)
      .resolves({ ...page, NextDNSName: 'example.com.', NextHostedZoneId: 'Z1' })
      .on(ListHostedZonesByNameCommand, { HostedZoneId: 'Z1' })
      .resolves({ HostedZones: [zoneRow('Z1')] });
    expect(await service().route53.zoneNamed('example.com')).toMatchObject({ hosted_zone_id: 'Z1' });
  });

  test('above a record’s name, the closest one', async () => {
    aws
      .on(ListHostedZonesByNameCommand)
      .resolves({ HostedZones: [zoneRow('Z1')] })
      .on(ListHostedZonesByNameCommand, { DNSName: 'b.example.com' })
      .resolves({ HostedZones: [zoneRow('Z2', 'b.example.com.')] });
    await service().route53.findZone({ name: '*.a.b.Example.com' });
    const asked = aws.commandCalls(ListHostedZonesByNameCommand).map(({ args }) => args[0].input.DNSName);
    expect(asked).toEqual(['a.b.example.com', 'b.example.com']);
    expect(aws.commandCalls(GetHostedZoneCommand)[0]?.args[0].input.Id).toBe('Z2');
  });

  test('not when it was deleted while it was looked at', async () => {
    aws.on(ListHostedZonesByNameCommand).resolves({ HostedZones: [zoneRow('Z1')] });
    aws.on(GetHostedZoneCommand).rejects(noZone);
    expect(await service().route53.zoneNamed('example.com')).toBeUndefined();
  });
});

test('an answer without a list is a failure of AWS’s, not an empty list', async () => {
  aws.on(ListHostedZonesByNameCommand).resolves({});
  aws.on(ListHostedZonesCommand).resolves({});
  aws.on(ListResourceRecordSetsCommand).resolves({});
  const { route53 } = service();
  for (const call of [route53.zones(), route53.zoneNamed('example.com'), route53.records(zone)]) {
    expect(await failureOf(call)).toMatchObject({
      code: 'aws_error',
      message: expect.stringContaining('without the list'),
    });
  }
});

test('a list that does not end is a failure of AWS’s', async () => {
  aws.on(ListHostedZonesCommand).resolves({ HostedZones: [], IsTruncated: true, NextMarker: 'Z1' });
  expect(await failureOf(service().route53.zones())).toMatchObject({ code: 'aws_error' });
});

test('the records of a name are read to its last page and no further', async () => {
  const set = (Name: string, Type: 'A' | 'TXT') => ({ Name, Type, TTL: 60, ResourceRecords: [{ Value: 'x' }] });
  aws
    .on(ListResourceRecordSetsCommand)
    .resolves({
      ...{ ResourceRecordSets: [set('\\052.example.com.', 'A')], IsTruncated: true, MaxItems: 1 },
      ...{ NextRecordName: '\\052.example.com.', NextRecordType: 'TXT' },
    })
    .on(ListResourceRecordSetsCommand, { StartRecordType: 'TXT' })
    .resolves({
      ...{ ResourceRecordSets: [set('\\052.example.com.', 'TXT'), set('a.example.com.', 'A')], IsTruncated: true },
      ...{ MaxItems: 2, NextRecordName: 'b.example.com.', NextRecordType: 'A' },
    });
  const rows = await service().route53.recordsAt(zone, '*.example.com');
  expect(rows.map(({ name, type }) => `${name} ${type}`)).toEqual(['*.example.com A', '*.example.com TXT']);
  expect(aws.commandCalls(ListResourceRecordSetsCommand)).toHaveLength(2);
});

test('an UPSERT sends values as Route 53 takes them, a DELETE as Route 53 has them', async () => {
  const ChangeInfo = { Id: '/change/C1', Status: 'PENDING' as const, SubmittedAt: new Date() };
  aws.on(ChangeResourceRecordSetsCommand).resolves({ ChangeInfo });
  const { route53 } = service();
  const record = { name: '*.example.com', type: 'CNAME' as const, ttl: 60, values: ['A.example.net.'] };
  expect(await route53.upsertRecord(zone, record)).toBe('C1');
  await route53.deleteRecord(zone, record);
  const sent = aws.commandCalls(ChangeResourceRecordSetsCommand).map(({ args }) => args[0].input);
  const change = (Action: string, Value: string) => ({
    HostedZoneId: 'Z1',
    ChangeBatch: {
      Changes: [
        { Action, ResourceRecordSet: { Name: '*.example.com.', Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value }] } },
      ],
    },
  });
  expect(sent).toEqual([change('UPSERT', 'a.example.net'), change('DELETE', 'A.example.net.')]);
});

test('a change is in sync when AWS says so', async () => {
  const status = (Status: 'PENDING' | 'INSYNC') => ({
    ChangeInfo: { Id: '/change/C1', Status, SubmittedAt: new Date() },
  });
  aws.on(GetChangeCommand).resolvesOnce(status('PENDING')).resolves(status('INSYNC'));
  const { route53 } = service();
  expect([await route53.isInSync('C1'), await route53.isInSync('C1')]).toEqual([false, true]);
});

test.each([
  ['zone_not_found', noZone, /No hosted zone found/, /hosted-zones/],
  [
    'aws_error',
    awsError('Throttling', 'Rate exceeded'),
    /HTTP 400 Throttling: Rate exceeded \(request id rid-1\)/,
    /in a minute/,
  ],
  ['aws_error', awsError('PriorRequestNotComplete', 'try later'), /PriorRequestNotComplete/, /earlier change/],
  ['aws_error', awsError('InvalidChangeBatch', '[Tried to ...]'), /\[Tried to/, /aws\/route53\/records/],
  ['aws_error', awsError('Unknown', 'UnknownError'), /HTTP 400 Unknown: UnknownError \(request id rid-1\)/, /repeat/],
  ['aws_access_denied', awsError('AccessDenied', 'not authorized', { status: 403 }), /not authorized/, /IAM/],
  ['aws_unreachable', networkError('ENOTFOUND', 'getaddrinfo ENOTFOUND'), /ENOTFOUND/, /AWS_ENDPOINT_URL/],
])('%s: %s', async (code, error, message, hint) => {
  aws.on(ChangeResourceRecordSetsCommand).rejects(error);
  const record = { name: 'www.example.com', type: 'A' as const, ttl: 60, values: ['203.0.113.7'] };
  const failure = await failureOf(service().route53.upsertRecord(zone, record));
  expect(failure).toMatchObject({
    code,
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
  expect(failure.message).toMatch(/^ChangeResourceRecordSets: /);
});
