import { ListHostedZonesCommand } from '@aws-sdk/client-route-53';
import { expect, test } from 'vitest';
import { startRoute53 } from './world.ts';

const scope = 'Credential=AKIASANDBOX/20261121/us-east-1/route53/aws4_request';
const signed = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;

async function startWire() {
  const { sandbox } = await startRoute53();
  return async (method: string, path: string, body?: string, authorization = signed) => {
    const url = `${sandbox.url}/2013-04-01/${path}`;
    const response = await fetch(url, { method, headers: { authorization }, ...(body === undefined ? {} : { body }) });
    return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
  };
}

const codeOf = ({ body }: { body: string }) => /<Code>(.*?)<\/Code>/.exec(body)?.[1];

test('an error is an ErrorResponse with type, code, message and request id', async () => {
  const call = await startWire();
  const { status, type, body } = await call('GET', 'hostedzone/Z1');
  expect({ status, type }).toEqual({ status: 404, type: 'text/xml' });
  expect(body).toMatch(
    /^<\?xml version="1\.0"\?>\n<ErrorResponse xmlns="https:\/\/route53\.amazonaws\.com\/doc\/2013-04-01\/"><Error><Type>Sender<\/Type><Code>NoSuchHostedZone<\/Code><Message>No hosted zone found with ID: Z1<\/Message><\/Error><RequestId>[0-9a-f-]{36}<\/RequestId><\/ErrorResponse>$/,
  );
});

test('lists are wrapped', async () => {
  const call = await startWire();
  const request =
    '<CreateHostedZoneRequest><Name>example.com</Name><CallerReference>1</CallerReference></CreateHostedZoneRequest>';
  expect(await call('POST', 'hostedzone', request)).toMatchObject({
    status: 201,
    body: expect.stringContaining('<DelegationSet><NameServers><NameServer>ns-'),
  });
  const { body } = await call('GET', 'hostedzone');
  expect(body).toMatch(/<ListHostedZonesResponse xmlns=".*"><HostedZones><HostedZone><Id>\/hostedzone\/Z/);
});

test.each([
  ['no XML', '<CreateHostedZone'],
  ['XML of another kind', '<Other/>'],
  ['no name', '<CreateHostedZoneRequest><CallerReference>1</CallerReference></CreateHostedZoneRequest>'],
])('a body that is %s', async (_, body) => {
  const call = await startWire();
  expect(codeOf(await call('POST', 'hostedzone', body))).toBe('InvalidInput');
});

test.each([
  ['a path that is none', 'GET', 'hostedzone/Z1/coffee', signed, 'UnknownOperationException'],
  ['no signature', 'GET', 'hostedzone', '', 'MissingAuthenticationToken'],
  ['a signature of another kind', 'GET', 'hostedzone', 'Bearer x', 'IncompleteSignature'],
  ['another service’s signature', 'GET', 'hostedzone', signed.replace('/route53/', '/ec2/'), 'SignatureDoesNotMatch'],
  ['a page size that is none', 'GET', 'hostedzone?maxitems=0', signed, 'InvalidInput'],
  ['a marker that is none', 'GET', 'hostedzone?marker=Z1', signed, 'InvalidInput'],
])('%s', async (_, method, path, authorization, code) => {
  const call = await startWire();
  expect(codeOf(await call(method, path, undefined, authorization))).toBe(code);
});

test.each([
  ['an access key that nobody knows', 'AKIAUNKNOWN', 'InvalidClientTokenId'],
  ['an access key without leave', 'AKIAREFUSED', 'AccessDenied'],
])('%s', async (_, accessKeyId, name) => {
  const { client } = await startRoute53();
  const credentials = { accessKeyId, secretAccessKey: 'x' };
  const refused = client({ credentials }).send(new ListHostedZonesCommand());
  await expect(refused).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 403 } });
});

test.each([
  ['throttled', 'Throttling', 400],
  ['service_error', 'InternalFailure', 500],
  ['access_denied', 'AccessDenied', 403],
] as const)('%s is played, and counted by operation', async (type, name, httpStatusCode) => {
  const { sandbox, route53 } = await startRoute53();
  sandbox.control.faults.add({ type, operation: 'ListHostedZones', times: 1 });
  const list = () => route53.send(new ListHostedZonesCommand());
  await expect(list()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  await list();
  expect(sandbox.control.calls().ListHostedZones).toBe(2);
});

test('throttling is waited for by the SDK', async () => {
  const { sandbox, client } = await startRoute53();
  sandbox.control.faults.add({ type: 'throttled', operation: 'ListHostedZones', times: 2 });
  expect((await client({ maxAttempts: 3 }).send(new ListHostedZonesCommand())).HostedZones).toEqual([]);
});
