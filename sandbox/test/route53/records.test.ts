import {
  InvalidChangeBatch,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandOutput,
} from '@aws-sdk/client-route-53';
import { expect, test } from 'vitest';
import { create, record, remove, startRoute53, upsert } from './world.ts';

test('names come back lower case, absolute and with octal escapes', async () => {
  const { zone, change, records } = await startRoute53();
  const id = await zone('example.com');
  await change(id, create(record('WWW.Example.com')), create(record('*.example.com')));
  const names = (await records(id)).map(({ Name }) => Name);
  expect(names).toEqual(['example.com.', 'example.com.', '\\052.example.com.', 'www.example.com.']);
});

test('a list can start at a name and a type, and is sorted by reversed labels', async () => {
  const { route53, zone, change } = await startRoute53();
  const HostedZoneId = await zone('example.com');
  const rows = [record('b.a.example.com'), record('z.example.com'), record('a.example.com', 'TXT', ['"t"'])];
  await change(HostedZoneId, ...[...rows, record('a.example.com')].map(create));
  const from = async (StartRecordName?: string, StartRecordType?: 'TXT') => {
    const input = { HostedZoneId, StartRecordName, StartRecordType };
    const answer = await route53.send(new ListResourceRecordSetsCommand(input));
    return answer.ResourceRecordSets?.map(({ Name, Type }) => `${Name} ${Type}`);
  };
  const sorted = ['a.example.com. A', 'a.example.com. TXT', 'b.a.example.com. A', 'z.example.com. A'];
  expect(await from('A.example.com')).toEqual(sorted);
  expect(await from('a.example.com.', 'TXT')).toEqual(sorted.slice(1));
  expect(await from('m.example.com')).toEqual(sorted.slice(3));
  await expect(from(undefined, 'TXT')).rejects.toMatchObject({ name: 'InvalidInput' });
});

test('a page has at most 300 records', async () => {
  const { route53, zone, change } = await startRoute53({ pageSize: 1000 });
  const HostedZoneId = await zone('example.com');
  const many = Array.from({ length: 350 }, (_, index) => create(record(`host-${index}.example.com`)));
  await change(HostedZoneId, ...many);
  const sizes = [];
  let page: ListResourceRecordSetsCommandOutput | undefined;
  do {
    const from = { StartRecordName: page?.NextRecordName, StartRecordType: page?.NextRecordType };
    page = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId, MaxItems: 1000, ...from }));
    sizes.push(page.ResourceRecordSets?.length);
  } while (page.IsTruncated);
  expect(sizes).toEqual([300, 52]);
});

test('an UPSERT makes a record set or replaces all of it; a DELETE repeats it exactly', async () => {
  const { zone, change, records } = await startRoute53();
  const id = await zone('example.com');
  const values = ['203.0.113.7', '203.0.113.8'];
  await change(id, upsert(record('www.example.com', 'A', values)));
  await change(id, upsert(record('www.example.com', 'A', ['203.0.113.9'], { TTL: 60 })));
  const now = record('www.example.com.', 'A', ['203.0.113.9'], { TTL: 60 });
  expect(await records(id)).toContainEqual(now);
  const mismatch =
    "[Tried to delete resource record set [name='www.example.com.', type='A'] but the values provided do not match the current values]";
  await expect(change(id, remove({ ...now, TTL: 300 }))).rejects.toMatchObject({ message: mismatch });
  await expect(change(id, remove(record('www.example.com', 'A', values)))).rejects.toMatchObject({ message: mismatch });
  await change(id, remove(now));
  const gone = "[Tried to delete resource record set [name='www.example.com.', type='A'] but it was not found]";
  const again = change(id, remove(now));
  await expect(again).rejects.toThrow(InvalidChangeBatch);
  await expect(again).rejects.toMatchObject({ message: gone, $metadata: { httpStatusCode: 400 } });
});

test('a batch is done as a whole or not at all, and tells every problem', async () => {
  const { zone, change, records } = await startRoute53();
  const id = await zone('example.com');
  await change(id, create(record('www.example.com')));
  const before = await records(id);
  const batch = [
    create(record('new.example.com')),
    create(record('www.example.com')),
    remove(record('no.example.com')),
  ];
  await expect(change(id, ...batch)).rejects.toMatchObject({
    message:
      "[Tried to create resource record set [name='www.example.com.', type='A'] but it already exists, Tried to delete resource record set [name='no.example.com.', type='A'] but it was not found]",
  });
  expect(await records(id)).toEqual(before);
  await change(id, remove(record('www.example.com')), create(record('www.example.com', 'CNAME', ['a.example.org'])));
});

test.each([
  [
    'outside of the zone',
    record('www.example.org'),
    'RRSet with DNS name www.example.org. is not permitted in zone example.com.',
  ],
  [
    'a CNAME at the apex',
    record('example.com', 'CNAME', ['a.example.org']),
    'RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.',
  ],
  [
    'a CNAME beside another',
    record('there.example.com', 'CNAME', ['a.example.org']),
    'RRSet of type CNAME with DNS name there.example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.',
  ],
  [
    'another beside a CNAME',
    record('alias.example.com', 'TXT', ['"t"']),
    'RRSet of type TXT with DNS name alias.example.com. is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone example.com.',
  ],
  [
    'an address that is none',
    record('a.example.com', 'A', ['ns-738.awsdns-28.net.']),
    "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'ns-738.awsdns-28.net.''",
  ],
  [
    'text without quotation marks',
    record('a.example.com', 'TXT', ['v=spf1 ~all']),
    "Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered with 'v=spf1 ~all''",
  ],
  [
    'a string of more than 255 characters',
    record('a.example.com', 'TXT', [`"${'x'.repeat(256)}"`]),
    'CharacterStringTooLong (Value is too long)',
  ],
  ['a value twice', record('a.example.com', 'A', ['203.0.113.7', '203.0.113.7']), 'Duplicate Resource Record'],
])('refused: %s', async (_, row, message) => {
  const { zone, change } = await startRoute53();
  const id = await zone('example.com');
  await change(
    id,
    create(record('there.example.com')),
    create(record('alias.example.com', 'CNAME', ['a.example.org'])),
  );
  const refused = change(id, upsert(row));
  await expect(refused).rejects.toThrow(InvalidChangeBatch);
  await expect(refused).rejects.toMatchObject({ message: expect.stringContaining(message) });
});

test('values that the real service takes are taken', async () => {
  const { zone, change, records } = await startRoute53();
  const id = await zone('example.com');
  const rows = [
    record('a.example.com', 'AAAA', ['2001:db8::7']),
    record('a.example.com', 'TXT', ['"one" "two"', '"a \\"quote\\" and \\303\\274 <&>"']),
    record('a.example.com', 'MX', ['10 mail.example.com.']),
    record('a.example.com', 'CAA', ['0 issue "letsencrypt.org"']),
    record('_sip._tcp.example.com', 'SRV', ['10 5 5060 sip.example.com']),
    record('sub.example.com', 'NS', ['ns.example.org.']),
  ];
  await change(id, ...rows.map(create));
  const there = (await records(id)).map(({ ResourceRecords }) => ResourceRecords);
  for (const { ResourceRecords } of rows) expect(there).toContainEqual(ResourceRecords);
});

test('alias and weighted record sets come back as they were made', async () => {
  const { zone, change, records } = await startRoute53();
  const id = await zone('example.com');
  const AliasTarget = { HostedZoneId: 'Z2FDTNDATAQYW2', DNSName: 'd1.cloudfront.net.', EvaluateTargetHealth: false };
  const alias = { Name: 'example.com.', Type: 'A' as const, AliasTarget };
  const weighted = (SetIdentifier: string) =>
    record('w.example.com.', 'A', ['203.0.113.7'], { SetIdentifier, Weight: 1 });
  await change(id, create(alias), create(weighted('one')), create(weighted('two')));
  const rows = await records(id);
  expect(rows).toContainEqual(alias);
  expect(rows.filter(({ Name }) => Name === 'w.example.com.')).toEqual([weighted('one'), weighted('two')]);
  await expect(change(id, create(record('w.example.com')))).rejects.toThrow(/another routing policy/);
});

test('neither SOA nor NS of the zone can be taken away', async () => {
  const { zone, change, records } = await startRoute53();
  const id = await zone('example.com');
  for (const row of await records(id))
    await expect(change(id, remove(row))).rejects.toThrow(/A HostedZone must contain/);
});

test('a request has limits, which an UPSERT uses up twice', async () => {
  const { zone, change } = await startRoute53();
  const id = await zone('example.com');
  const values = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  await change(id, create(record('a.example.com', 'A', values(900))));
  await expect(change(id, upsert(record('a.example.com', 'A', values(501))))).rejects.toThrow(/records limit of 1000/);
  const long = Array.from({ length: 70 }, (_, index) => `"${index}${'x'.repeat(240)}"`);
  await expect(change(id, upsert(record('t.example.com', 'TXT', long)))).rejects.toThrow(/characters limit of 32000/);
});
