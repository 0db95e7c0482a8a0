import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  HostedZoneAlreadyExists,
  ListHostedZonesByNameCommand,
  NoSuchHostedZone,
  paginateListHostedZones,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { expect, onTestFinished, test } from 'vitest';
import { create, record, startRoute53 } from './world.ts';

test('a zone has four name servers under four endings, and begins with SOA and NS', async () => {
  const { route53, records } = await startRoute53();
  const { HostedZone, DelegationSet, ChangeInfo, Location } = await route53.send(
    new CreateHostedZoneCommand({ Name: 'Example.COM', CallerReference: 'one', HostedZoneConfig: { Comment: 'mine' } }),
  );
  expect(HostedZone).toMatchObject({
    Id: expect.stringMatching(/^\/hostedzone\/Z[0-9A-Z]{20}$/),
    Name: 'example.com.',
    CallerReference: 'one',
    Config: { Comment: 'mine', PrivateZone: false },
    ResourceRecordSetCount: 2,
  });
  expect(Location).toBe(`https://route53.amazonaws.com/2013-04-01${HostedZone?.Id}`);
  expect(ChangeInfo?.Status).toBe('PENDING');
  const servers = DelegationSet?.NameServers ?? [];
  expect(servers.map((server) => server.replace(/^ns-\d+\.awsdns-\d\d\./, ''))).toEqual(['com', 'net', 'org', 'co.uk']);
  const [ns, soa] = await records(String(HostedZone?.Id));
  expect(ns).toMatchObject({ Name: 'example.com.', Type: 'NS', TTL: 172_800 });
  expect(ns?.ResourceRecords?.map(({ Value }) => Value)).toEqual(servers.map((server) => `${server}.`));
  expect(soa).toMatchObject({ Type: 'SOA', TTL: 900 });
  expect(soa?.ResourceRecords?.[0]?.Value).toBe(
    `${servers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`,
  );
});

test('a caller reference is spent for good; the same name with another one is a second zone', async () => {
  const { route53, zone } = await startRoute53();
  const first = await zone('example.com', 'spent');
  const again = zone('example.com', 'spent');
  await expect(again).rejects.toThrow(HostedZoneAlreadyExists);
  await expect(again).rejects.toMatchObject({
    message: 'A hosted zone has already been created with the specified caller reference.',
    $metadata: { httpStatusCode: 409 },
  });
  const second = await zone('example.com', 'other');
  expect(second).not.toBe(first);
  await route53.send(new DeleteHostedZoneCommand({ Id: first }));
  await expect(zone('example.com', 'spent')).rejects.toThrow(HostedZoneAlreadyExists);
});

test('a zone is gone after its deletion, which only an empty one allows', async () => {
  const { route53, zone, change } = await startRoute53();
  const Id = await zone('example.com');
  await change(Id, create(record('www.example.com')));
  await expect(route53.send(new DeleteHostedZoneCommand({ Id }))).rejects.toMatchObject({ name: 'HostedZoneNotEmpty' });
  const empty = await zone('example.org');
  await route53.send(new DeleteHostedZoneCommand({ Id: empty }));
  const looked = route53.send(new GetHostedZoneCommand({ Id: empty }));
  await expect(looked).rejects.toThrow(NoSuchHostedZone);
  await expect(looked).rejects.toMatchObject({
    message: `No hosted zone found with ID: ${empty.slice('/hostedzone/'.length)}`,
    $metadata: { httpStatusCode: 404, requestId: expect.any(String) },
  });
});

test('a zone with a VPC is a private one and has no delegation', async () => {
  const { route53 } = await startRoute53();
  const { HostedZone, DelegationSet } = await route53.send(
    new CreateHostedZoneCommand({
      ...{ Name: 'internal.example', CallerReference: 'private' },
      VPC: { VPCId: 'vpc-1', VPCRegion: 'eu-central-1' },
    }),
  );
  expect(HostedZone?.Config?.PrivateZone).toBe(true);
  expect(DelegationSet).toBeUndefined();
});

test.each([
  ['empty labels', 'example..com'],
  ['labels that are too long', `${'a'.repeat(64)}.com`],
  ['spaces', 'my domain.com'],
])('a name with %s is none', async (_, name) => {
  const { zone } = await startRoute53();
  await expect(zone(name)).rejects.toMatchObject({ name: 'InvalidDomainName' });
});

test('by name, a list starts at the name, goes on behind it, and is sorted by reversed labels', async () => {
  const { route53, zone } = await startRoute53();
  for (const name of ['b.example.com', 'example.com', 'example.com', 'example.net', 'a.org']) await zone(name);
  expect(await byName(route53, 'example.com')).toEqual([
    'example.com.',
    'example.com.',
    'b.example.com.',
    'example.net.',
    'a.org.',
  ]);
  expect(await byName(route53, 'c.example.com')).toEqual(['example.net.', 'a.org.']);
  expect(await byName(route53, undefined)).toHaveLength(5);
});

test('pages of zones follow each other without gap', async () => {
  const { route53, zone } = await startRoute53({ pageSize: 2 });
  const ids = [];
  for (let index = 0; index < 5; index++) ids.push(await zone('example.com'));
  const listed = [];
  for await (const page of paginateListHostedZones({ client: route53, pageSize: 2 }, {})) {
    listed.push(...(page.HostedZones?.map(({ Id }) => Id) ?? []));
  }
  expect(listed).toEqual(ids);
  expect(await byName(route53, 'example.com')).toHaveLength(5);
});

test('a change is PENDING first, and INSYNC after the delay', async () => {
  const waiting = await startRoute53({ delays: { inSyncMs: 3_600_000 } });
  expect(await statusOfNewZone(waiting.route53)).toBe('PENDING');
  const { route53 } = await startRoute53();
  expect(await statusOfNewZone(route53)).toBe('INSYNC');
  await expect(route53.send(new GetChangeCommand({ Id: 'C1' }))).rejects.toMatchObject({ name: 'NoSuchChange' });
});

test('zones and spent references are kept over a restart and cleared by a reset', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sandbox-route53-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const stateFile = join(directory, 'cloud.json');
  const first = await startRoute53({ stateFile });
  const Id = await first.zone('example.com', 'kept');
  await first.change(Id, create(record('www.example.com')));
  const before = await first.records(Id);
  await first.stop();
  const second = await startRoute53({ stateFile });
  expect(await second.records(Id)).toEqual(before);
  await expect(second.zone('example.com', 'kept')).rejects.toThrow(HostedZoneAlreadyExists);
  await second.sandbox.control.reset();
  await second.zone('example.com', 'kept');
});

async function byName(route53: Route53Client, name: string | undefined): Promise<string[]> {
  const names: string[] = [];
  for (
    let next: { DNSName?: string | undefined; HostedZoneId?: string | undefined } | undefined = { DNSName: name };
    next;
  ) {
    const page: Awaited<ReturnType<typeof send>> = await send(next);
    names.push(...(page.HostedZones?.map(({ Name }) => String(Name)) ?? []));
    next = page.IsTruncated ? { DNSName: page.NextDNSName, HostedZoneId: page.NextHostedZoneId } : undefined;
  }
  return names;

  function send(start: { DNSName?: string | undefined; HostedZoneId?: string | undefined }) {
    return route53.send(new ListHostedZonesByNameCommand(start));
  }
}

async function statusOfNewZone(route53: Route53Client) {
  const { ChangeInfo } = await route53.send(
    new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'new' }),
  );
  return (await route53.send(new GetChangeCommand({ Id: String(ChangeInfo?.Id) }))).ChangeInfo?.Status;
}
