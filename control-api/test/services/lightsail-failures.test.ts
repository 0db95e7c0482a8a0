import { GetInstanceCommand, LightsailClient, RegionName } from '@aws-sdk/client-lightsail';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { regionNames } from '../../src/services/lightsail/regions.ts';
import { awsError, failureOf, networkError, service } from './lightsail/fixtures.ts';

const aws = mockClient(LightsailClient);
// It stands in the class itself, which other files of this worker use.
afterAll(() => aws.restore());
afterAll(() => aws.restore());
beforeEach(() => {
  aws.reset();
});

function failing(error: Error, region = 'eu-central-1') {
  aws.on(GetInstanceCommand).rejects(error);
  return failureOf(service().lightsail.instance(region, 'apps'));
}

const noCredentials = Object.assign(new Error('Could not load credentials from any providers'), {
  name: 'CredentialsProviderError',
});

test.each([
  ['aws_access_denied', noCredentials],
  ['aws_access_denied', awsError('AccessDeniedException', 'User is not authorized to perform: lightsail:GetInstance')],
  ['aws_access_denied', awsError('UnrecognizedClientException', 'The security token is invalid.')],
  ['aws_access_denied', awsError('ExpiredTokenException', 'The security token is expired')],
  ['aws_access_denied', awsError('InvalidSignatureException', 'Signature expired', { status: 403 })],
  ['aws_access_denied', awsError('SomethingNew', 'Forbidden', { status: 403 })],
  ['aws_error', awsError('ThrottlingException', 'Rate exceeded')],
  ['aws_error', awsError('ServiceException', 'try again', { status: 500 })],
  ['aws_error', awsError('RegionSetupInProgressException', 'wait')],
  ['aws_unreachable', networkError('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1')],
  ['aws_unreachable', networkError('ECONNRESET', 'socket hang up')],
  ['aws_unreachable', networkError('ENOTFOUND', 'getaddrinfo ENOTFOUND lightsail.eu-central-1.amazonaws.com')],
  ['aws_unreachable', networkError('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate')],
])('%s: %s', async (code, error) => {
  expect(await failing(error)).toMatchObject({ code });
});

test('missing credentials: the hint names the variables, and the one that hides the others', async () => {
  expect((await failing(noCredentials)).hint).toMatch(/AWS_ACCESS_KEY_ID.*AWS_SECRET_ACCESS_KEY.*without AWS_PROFILE/);
});

test('the message has the call, the region, the status, AWS’s words and its request id; details have them apart', async () => {
  const error = await failing(awsError('InvalidInputException', 'The name is odd.'));
  expect(error.message).toBe(
    'GetInstance in eu-central-1: HTTP 400 InvalidInputException: The name is odd. (request id rid-1)',
  );
  expect(error.details).toEqual([
    {
      message: 'The name is odd.',
      call: 'GetInstance',
      region: 'eu-central-1',
      aws_error: 'InvalidInputException',
      http_status: 400,
      request_id: 'rid-1',
    },
  ]);
});

test('the request that AWS repeats when its signature is wrong is left out', async () => {
  const said =
    'The request signature we calculated does not match.\n\nThe Canonical String for this request should have been\nPOST /';
  const wrong = await failing(awsError('InvalidSignatureException', said, { status: 403 }));
  const incomplete = await failing(
    awsError('IncompleteSignatureException', 'Header incomplete. Authorization=AWS4-HMAC-SHA256 Credential=AKID'),
  );
  expect(`${wrong.message} ${incomplete.message} ${JSON.stringify([wrong.details, incomplete.details])}`).not.toMatch(
    /Canonical|POST|AKID|Authorization/,
  );
  expect(wrong.cause).toBeUndefined();
});

test.each([
  ['no such host', networkError('ENOTFOUND'), 'eu-central-9'],
  ['no key known there', awsError('UnrecognizedClientException', 'invalid'), 'eu-central-9'],
  [
    'AWS says so',
    awsError('InvalidSignatureException', "Credential should be scoped to a valid region, not 'eu-west-3'.", {
      status: 403,
    }),
    'eu-west-3',
  ],
])('a region that is none: %s', async (_, error, region) => {
  const failure = await failing(error, region);
  expect(failure).toMatchObject({ code: 'invalid_request', message: `Lightsail has no region ${region}.` });
  expect(failure.details).toMatchObject([{ path: '/region', regions: expect.arrayContaining(['eu-central-1']) }]);
});

test('a region that we do not know yet may still refuse a call for its own reasons', async () => {
  const error = await failing(awsError('AccessDeniedException', 'not authorized'), 'eu-central-9');
  expect(error.code).toBe('aws_access_denied');
});

test('the regions listed are those of the SDK', () => {
  expect([...regionNames].sort()).toEqual([...Object.values(RegionName)].sort());
});

test('a fault of our own is not blamed on AWS', async () => {
  aws.on(GetInstanceCommand).rejects(new TypeError('x is not a function'));
  await expect(service().lightsail.instance('eu-central-1', 'apps')).rejects.toThrow(TypeError);
});
