import {
  DeleteInstanceCommand,
  GetOperationsForResourceCommand,
  LightsailClient,
  RebootInstanceCommand,
  StartInstanceCommand,
  StopInstanceCommand,
} from '@aws-sdk/client-lightsail';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { awsError, failureOf, idleClock, networkError, notFound, service } from './lightsail/fixtures.ts';

const aws = mockClient(LightsailClient);
// It stands in the class itself, which other files of this worker use.
afterAll(() => aws.restore());
beforeEach(() => {
  aws.reset();
});

const region = 'eu-central-1';

test('each command is sent once, on a client that does not repeat it; add-ons go with a deleted instance', async () => {
  const { lightsail, clients } = service();
  const outcomes = [
    await lightsail.startInstance(region, 'apps'),
    await lightsail.stopInstance(region, 'apps'),
    await lightsail.rebootInstance(region, 'apps'),
    await lightsail.deleteInstance(region, 'apps'),
  ];
  expect(outcomes).toEqual(Array(4).fill({ outcome: 'taken' }));
  expect(clients).toEqual(Array(4).fill('create eu-central-1'));
  const sent = [StartInstanceCommand, StopInstanceCommand, RebootInstanceCommand, DeleteInstanceCommand].map((one) =>
    aws.commandCalls(one as typeof StartInstanceCommand).map(({ args }) => args[0].input),
  );
  const apps = { instanceName: 'apps' };
  expect(sent).toEqual([[apps], [apps], [apps], [{ ...apps, forceDeleteAddOns: true }]]);
});

describe('what AWS answers to a command', () => {
  const stop = (error: Error, clock = idleClock()) => {
    aws.on(StopInstanceCommand).rejects(error);
    return service(clock).lightsail.stopInstance(region, 'apps');
  };

  // Which of the first two AWS uses for a state that does not allow it is not documented.
  test.each([
    awsError('OperationFailureException', 'Instance apps is pending'),
    awsError('InvalidInputException', 'Instance apps is pending'),
    notFound,
  ])('%s is a refusal, to be judged by the state', async (error) => {
    expect(await stop(error)).toMatchObject({ outcome: 'refused', error: { code: 'aws_error' } });
  });

  test.each([
    ['aws_unreachable', networkError('ECONNRESET', 'socket hang up')],
    ['aws_error', awsError('ServiceException', 'oops', { status: 500 })],
  ])('%s: what was not answered may have had its effect', async (code, error) => {
    expect(await stop(error)).toMatchObject({ outcome: 'lost', error: { code } });
  });

  test.each([
    ['aws_access_denied', awsError('AccessDeniedException', 'not authorized')],
    ['aws_unreachable', networkError('ECONNREFUSED')],
  ])('%s had none for sure', async (code, error) => {
    expect(await failureOf(stop(error))).toMatchObject({ code });
  });

  test('throttling is waited for, and not for ever', async () => {
    const throttled = awsError('ThrottlingException', 'Rate exceeded');
    aws.on(StopInstanceCommand).rejectsOnce(throttled).rejectsOnce(throttled).resolves({});
    const clock = idleClock();
    expect(await service(clock).lightsail.stopInstance(region, 'apps')).toEqual({ outcome: 'taken' });
    expect(clock.slept).toBe(3000);
    expect(await failureOf(stop(throttled))).toMatchObject({
      code: 'aws_error',
      hint: expect.stringContaining('repeat this one in a minute'),
    });
  });
});

describe('events', () => {
  test('the latest first, from every page, with their ends', async () => {
    const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 10, 0, second));
    const row = (id: string, second: number, status: 'Started' | 'Succeeded' | 'Completed' | 'Failed') => ({
      ...{ id, operationType: 'RebootInstance' as const, status, createdAt: at(second), statusChangedAt: at(59) },
    });
    const failed = { ...row('b', 2, 'Failed'), errorCode: 'Internal', errorDetails: 'oops' };
    aws.on(GetOperationsForResourceCommand).resolves({ operations: [row('a', 1, 'Succeeded')], nextPageToken: '2' });
    aws.on(GetOperationsForResourceCommand, { pageToken: '2' }).resolves({
      operations: [row('d', 4, 'Started'), failed, row('c', 3, 'Completed'), { ...row('e', 0, 'Failed') }],
    });
    const { lightsail } = service();
    const events = await lightsail.events(region, 'apps');
    expect(events.map(({ id, status, failure }) => [id, status, failure])).toEqual([
      ['d', 'under way', undefined],
      ['c', 'succeeded', undefined],
      ['b', 'failed', 'Internal: oops'],
      ['a', 'succeeded', undefined],
      ['e', 'failed', 'AWS gives no reason'],
    ]);
    expect(events[0]).toMatchObject({ type: 'RebootInstance', at: at(4) });
    expect(await lightsail.operationFailure(region, 'apps')).toBeUndefined();
  });

  test('none of what AWS does not know', async () => {
    aws.on(GetOperationsForResourceCommand).rejects(notFound);
    expect(await service().lightsail.events(region, 'apps')).toEqual([]);
  });
});
