import { readSpec } from '@fountainai/service-kit';
import { allAnswered, type Call, databases, declaredAnswers, makeCalls } from '@fountainai/service-kit/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openService, type TestService } from './open-service.ts';

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

databases('the contract', (database) => {
  let service: TestService;
  beforeEach(async () => {
    service = await openService(database);
  });
  afterEach(() => service.close());

  test('every operation answers every status that it declares', async () => {
    const good = callsOn(1);
    const bad = callsOn(0);
    const reorders = callsOn(9).slice(-2);
    expect(await makeCalls(service.client, bad)).toEqual(allAnswered(bad, 400));
    expect(await makeCalls(service.client, reorders)).toEqual(allAnswered(reorders, 404));
    const success = good.map(([id], index) => [id, index < 2 ? 201 : 200]);
    expect(await makeCalls(service.client, good)).toEqual(success);
    await service.loseDatabase();
    expect(await makeCalls(service.client, good)).toEqual(allAnswered(good, 500));
    const declared = declaredAnswers(await readSpec(new URL('../', import.meta.url)));
    expect([...service.client.seen].sort()).toEqual(declared.sort());
  });
});
