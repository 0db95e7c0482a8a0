import {
  CreateInstancesCommand,
  GetBundlesCommand,
  GetInstanceCommand,
  GetKeyPairCommand,
  ImportKeyPairCommand,
  LightsailClient,
} from '@aws-sdk/client-lightsail';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { Secret } from '../../src/lib/secret.ts';
import { createOnce } from '../../src/services/lightsail/create-once.ts';
import {
  awsError,
  failureOf,
  idleClock,
  instanceRow,
  nameInUse,
  nano,
  networkError,
  notFound,
  service,
  wish,
} from './lightsail/fixtures.ts';

const aws = mockClient(LightsailClient);
// It stands in the class itself, which other files of this worker use.
afterAll(() => aws.restore());
afterAll(() => aws.restore());
const lost = networkError('ECONNRESET', 'socket hang up');
const throttled = awsError('ThrottlingException', 'Rate exceeded');
const creates = () => aws.commandCalls(CreateInstancesCommand);

beforeEach(() => {
  aws.reset();
  aws.on(GetBundlesCommand).resolves({ bundles: [nano] });
});

describe('createInstance', () => {
  test('sends the wish once, tagged with the operation, on a client that does not retry', async () => {
    aws.on(GetInstanceCommand).rejectsOnce(notFound).resolves({ instance: instanceRow });
    aws.on(CreateInstancesCommand).resolves({});
    const { lightsail, clients } = service();
    const full = {
      ...wish,
      key_pair_name: 'fountain-key',
      tags: { stack: 'fountain' },
      user_data: new Secret('#!/bin/sh'),
    };
    expect(await lightsail.createInstance('eu-central-1', full, 'op_1')).toMatchObject({ name: 'apps' });
    expect(creates().map(({ args }) => args[0].input)).toEqual([
      {
        instanceNames: ['apps'],
        availabilityZone: 'eu-central-1a',
        blueprintId: 'debian_12',
        bundleId: 'nano_3_0',
        ipAddressType: 'dualstack',
        tags: [
          { key: 'stack', value: 'fountain' },
          { key: 'fountain-operation', value: 'op_1' },
        ],
        keyPairName: 'fountain-key',
        userData: '#!/bin/sh',
      },
    ]);
    expect(clients).toContain('create eu-central-1');
  });

  test('creates nothing when the name is there', async () => {
    aws.on(GetInstanceCommand).resolves({ instance: instanceRow });
    expect(await service().lightsail.createInstance('eu-central-1', wish, 'op_1')).toMatchObject({ name: 'apps' });
    expect(creates()).toHaveLength(0);
  });

  test.each([
    ['a cut connection', lost],
    ['a timeout', networkError('ETIMEDOUT')],
    ['a failure of AWS’s own', awsError('ServiceException', 'oops', { status: 500 })],
    ['a gateway’s page', Object.assign(new SyntaxError('<'), { $metadata: { httpStatusCode: 502 } })],
    ['half an answer', Object.assign(networkError('ECONNRESET'), { $metadata: { httpStatusCode: 200 } })],
  ])('after %s it looks until the instance appears, and never creates again', async (_, error) => {
    const ours = { ...instanceRow, tags: [{ key: 'fountain-operation', value: 'op_1' }] };
    aws
      .on(GetInstanceCommand)
      .rejectsOnce(notFound)
      .rejectsOnce(notFound)
      .rejectsOnce(lost)
      .resolves({ instance: ours });
    aws.on(CreateInstancesCommand).rejects(error);
    const instance = await service().lightsail.createInstance('eu-central-1', wish, 'op_1');
    expect(instance.tags).toEqual({ 'fountain-operation': 'op_1' });
    expect(creates()).toHaveLength(1);
  });

  test('gives up looking after half a minute and says what a repeated call does', async () => {
    aws.on(GetInstanceCommand).rejects(notFound);
    aws.on(CreateInstancesCommand).rejects(lost);
    const clock = idleClock();
    const error = await failureOf(service(clock).lightsail.createInstance('eu-central-1', wish, 'op_1'));
    expect(error).toMatchObject({ code: 'aws_unreachable', hint: expect.stringContaining('it looks for apps before') });
    expect(clock.slept).toBe(30_000);
    expect(creates()).toHaveLength(1);
  });

  test('a request that cannot have been sent is not looked after', async () => {
    aws.on(GetInstanceCommand).rejects(notFound);
    aws.on(CreateInstancesCommand).rejects(networkError('ECONNREFUSED'));
    const clock = idleClock();
    const error = await failureOf(service(clock).lightsail.createInstance('eu-central-1', wish, 'op_1'));
    expect(error.code).toBe('aws_unreachable');
    expect(clock.slept).toBe(0);
  });

  test('waits while AWS throttles, and not for ever', async () => {
    aws.on(GetInstanceCommand).rejectsOnce(notFound).resolves({ instance: instanceRow });
    aws.on(CreateInstancesCommand).rejectsOnce(throttled).rejectsOnce(throttled).resolves({});
    await service().lightsail.createInstance('eu-central-1', wish, 'op_1');
    expect(creates()).toHaveLength(3);

    aws.on(GetInstanceCommand).rejects(notFound);
    aws.on(CreateInstancesCommand).rejects(throttled);
    const error = await failureOf(service().lightsail.createInstance('eu-central-1', wish, 'op_1'));
    expect(error).toMatchObject({ code: 'aws_error', details: [{ aws_error: 'ThrottlingException' }] });
    expect(creates()).toHaveLength(3 + 5);
  });

  test('a name in use is an instance to compare with, or name_taken', async () => {
    aws.on(CreateInstancesCommand).rejects(nameInUse);
    aws.on(GetInstanceCommand).rejectsOnce(notFound).resolves({ instance: instanceRow });
    expect(await service().lightsail.createInstance('eu-central-1', wish, 'op_1')).toMatchObject({
      tags: { stack: 'fountain' },
    });
    aws.on(GetInstanceCommand).rejects(notFound);
    const error = await failureOf(service().lightsail.createInstance('eu-central-1', wish, 'op_1'));
    expect(error.code).toBe('name_taken');
  });

  test('an argument that AWS does not take is told at once, without the secret that it repeats', async () => {
    aws.on(GetInstanceCommand).rejects(notFound);
    const { lightsail } = service();
    const create = () =>
      failureOf(lightsail.createInstance('eu-central-1', { ...wish, user_data: new Secret('hunter2-xyz') }, 'op_1'));
    aws.on(CreateInstancesCommand).rejects(awsError('InvalidInputException', 'The bundle is odd: hunter2-xyz'));
    const odd = await create();
    expect(odd).toMatchObject({ code: 'aws_error', details: [{ aws_error: 'InvalidInputException' }] });
    expect(odd.message).toContain('The bundle is odd: [redacted]');
    aws.on(CreateInstancesCommand).rejects(awsError('InvalidInputException', "Value 'hunter2…' at 'userData' failed"));
    const cut = await create();
    expect(`${cut.message}${JSON.stringify(cut.details)}`).not.toContain('hunter2');
    expect(creates()).toHaveLength(2);
  });

  test('what AWS accepted and never shows is an error', async () => {
    aws.on(GetInstanceCommand).rejects(notFound);
    aws.on(CreateInstancesCommand).resolves({});
    const error = await failureOf(service().lightsail.createInstance('eu-central-1', wish, 'op_1'));
    expect(error).toMatchObject({ code: 'aws_error', message: 'AWS accepted apps, but does not show it.' });
  });
});

describe('importKeyPair', () => {
  const line = 'ssh-ed25519 AAAAC3Nz fountain';
  const pair = { keyPair: { name: 'k-1', fingerprint: 'aa' } };
  const importIt = () => service().lightsail.importKeyPair('eu-central-1', 'k-1', `${line}\n`);

  test('sends the line as it is, and looks after a lost answer', async () => {
    aws.on(GetKeyPairCommand).rejectsOnce(notFound).resolves(pair);
    aws.on(ImportKeyPairCommand).rejects(lost);
    await importIt();
    expect(aws.commandCalls(ImportKeyPairCommand).map(({ args }) => args[0].input)).toEqual([
      { keyPairName: 'k-1', publicKeyBase64: line },
    ]);
  });

  test('never takes another pair of this name for ours', async () => {
    aws.on(GetKeyPairCommand).resolves(pair);
    expect(await failureOf(importIt())).toMatchObject({ code: 'name_taken' });
    expect(aws.commandCalls(ImportKeyPairCommand)).toHaveLength(0);
    aws.on(GetKeyPairCommand).rejectsOnce(notFound).resolves(pair);
    aws.on(ImportKeyPairCommand).rejects(nameInUse);
    expect(await failureOf(importIt())).toMatchObject({ code: 'name_taken' });
  });
});

test('whatever happens to the answers, repeated calls end with exactly one', async () => {
  const fate = fc.constantFrom('throttled', 'cut before', 'cut after', 'failed before', 'failed after', 'answered');
  const run = async (fates: string[], blind: number) => {
    const made: number[] = [];
    let looks = 0;
    const create = async () => {
      const what = fates.shift() ?? 'answered';
      if (what === 'throttled') throw throttled;
      if (what.endsWith('after') || what === 'answered') made.push(1);
      if (what.startsWith('cut')) throw lost;
      if (what.startsWith('failed')) throw awsError('ServiceException', 'oops', { status: 500 });
    };
    // AWS is eventually consistent: the first looks see nothing.
    const lookUp = async () => (made.length > 0 && ++looks > blind ? 'it' : undefined);
    const attempt = { call: 'CreateInstances', region: 'eu-central-1' };
    const once = () => createOnce({ name: 'it', create, lookUp, comparable: true, clock: idleClock(), attempt });
    const call = async () => (await lookUp()) ?? (await once());
    for (let calls = 0; calls < 20; calls++) {
      const end = await call().catch((error: unknown) => error);
      expect(made.length).toBeLessThan(2);
      if (end === 'it') return;
      expect(end instanceof AppError || end === throttled).toBe(true);
    }
    throw new Error('twenty calls were not enough');
  };
  await fc.assert(fc.asyncProperty(fc.array(fate, { maxLength: 12 }), fc.integer({ min: 0, max: 5 }), run), {
    numRuns: 300,
  });
});
