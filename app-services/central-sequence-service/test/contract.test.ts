import { allAnswered, type Call, makeCalls, testEveryAnswer } from '@fountainai/service-kit/testing';
import { expect } from 'vitest';
import { service } from './open-service.ts';

/** Every operation, on one element, in an order in which all succeed. */
const callsOn = (elementId: number): Call[] => {
  const element = { elementType: 'section', elementId };
  const order = { elementType: 'section', elements: [{ elementId, newSequence: 1 }] };
  return [
    ['generateSequenceNumber', 'post', '/sequence', element],
    ['createVersion', 'post', '/sequence/version', { ...element, newVersionData: {} }],
    ['listSequenceNumbers', 'get', `/sequence?elementType=${elementId ? 'section' : 'scene'}`],
    ['listVersions', 'get', `/sequence/version?elementType=section&elementId=${elementId}`],
    ['lookUpSequenceNumbers', 'post', '/sequence/lookup', { elementType: 'section', elementIds: [elementId] }],
    ['reorderElements', 'post', '/sequence/reorder', order],
    ['replaceOrder', 'put', '/sequence/reorder', order],
  ];
};

const work: Parameters<typeof testEveryAnswer>[1] = async ({ client, loseDatabase }) => {
  const good = callsOn(1);
  const bad = callsOn(0);
  const reorders = callsOn(9).slice(-2);
  expect(await makeCalls(client, bad)).toEqual(allAnswered(bad, 400));
  expect(await makeCalls(client, reorders)).toEqual(allAnswered(reorders, 404));
  const success = good.map(([id], index) => [id, index < 2 ? 201 : 200]);
  expect(await makeCalls(client, good)).toEqual(success);
  // 100 of these are more than the memory of a service.
  const versions = '/sequence/version?elementType=script&elementId=1';
  const newVersionData = { text: 'x'.repeat(1_000_000) };
  for (let made = 0; made < 5; made++) {
    await client.post('/sequence/version', { elementType: 'script', elementId: 1, newVersionData });
  }
  expect(await client.get(versions)).toMatchObject({ status: 413, body: { errorCode: 'too_large' } });
  expect((await client.get(`${versions}&limit=3&offset=2`)).body).toHaveLength(3);
  await loseDatabase();
  expect(await makeCalls(client, good)).toEqual(allAnswered(good, 500));
};

// See service-kit: room.test.ts.
testEveryAnswer(service, work, ['listVersions 503']);
