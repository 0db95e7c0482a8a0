import { expect, onTestFinished, test } from 'vitest';
import { readSpec } from '../src/spec.ts';
import { declaredAnswers } from './calls.ts';
import { databases } from './databases.ts';
import { openTestService, type ServiceUnderTest, type TestService } from './test-service.ts';

/**
 * Tests, on both databases, that a service gives every answer that its contract declares: `work` has it give them. Those
 * that another test shows are listed as `elsewhere`.
 */
export function testEveryAnswer(
  underTest: ServiceUnderTest,
  work: (service: TestService) => Promise<void>,
  elsewhere: readonly string[] = [],
): void {
  databases('the contract', (database) => {
    test('every operation answers every status that it declares', async () => {
      const service = await openTestService(underTest, database);
      onTestFinished(() => service.close());
      await work(service);
      const declared = declaredAnswers(await readSpec(underTest.folder));
      expect([...service.client.seen, ...elsewhere].sort()).toEqual(declared.sort());
    });
  });
}
