import { expect, test } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { deleteRecordOperation } from '../../src/operations/delete-record.ts';
import { upsertRecordOperation } from '../../src/operations/upsert-record.ts';
import type { RecordSet } from '../../src/schemas/route53.ts';
import type { Route53 } from '../../src/services/route53.ts';
import { fakeClock, fakeContext, perform } from './cloud-fakes.ts';

const zone = { hosted_zone_id: 'Z1', domain: 'example.com', name_servers: [], records: 2 };
const wish = { name: 'www', type: 'A' as const, values: ['203.0.113.7'], ttl: 300, wait: true };

function row(more: Partial<RecordSet> = {}): RecordSet {
  const simple = { name: 'www.example.com', type: 'A', ttl: 300, values: ['203.0.113.9'] };
  return { ...simple, alias: null, set_identifier: null, changeable: true, ...more };
}

function world(rows: RecordSet[], methods: Partial<Route53> = {}) {
  const clock = fakeClock();
  const unused = async (): Promise<never> => {
    throw new Error('not expected to be called');
  };
  const route53: Route53 = {
    ...{ zones: unused, zoneNamed: unused, createZone: unused, records: unused, deleteRecord: unused },
    findZone: async () => zone,
    recordsAt: async (_, name) => rows.filter((one) => one.name === name),
    upsertRecord: async () => 'C1',
    isInSync: async () => true,
    ...methods,
  };
  return { dependencies: { route53, clock, pollMs: 2000 }, context: fakeContext(clock) };
}

test.each([
  ['the SOA’s last number, when that is less', 900, 'ns. mail. 1 7200 900 1209600 60', 60],
  ['the SOA’s TTL, when that is less', 30, 'ns. mail. 1 7200 900 1209600 86400', 30],
  ['what Route 53 begins with, when the SOA cannot be read', 900, 'odd', 900],
])('resolvers may remember that there was no record for %s', async (_, ttl, value, seconds) => {
  const { dependencies, context } = world([row({ name: 'example.com', type: 'SOA', ttl, values: [value] })]);
  const { result } = await perform(upsertRecordOperation(dependencies), wish, context);
  const until = new Date(dependencies.clock.now().getTime() + seconds * 1000).toISOString();
  expect(result).toMatchObject({ previous: null, old_answer_until: until });
});

test('the plan’s hash changes with what is there, so that If-Match notices', async () => {
  const plans = [];
  for (const values of [['203.0.113.1'], ['203.0.113.2']]) {
    const { dependencies, context } = world([row({ values })]);
    plans.push((await perform(upsertRecordOperation(dependencies), wish, context)).plan.hashed);
  }
  expect(plans[0]).not.toEqual(plans[1]);
});

test('a change that is not waited for is told as on its way', async () => {
  const { dependencies, context } = world([row()]);
  const { steps, message } = await perform(upsertRecordOperation(dependencies), { ...wish, wait: false }, context);
  expect(steps).toHaveLength(1);
  expect(message).toContain('on its way');
});

test('a record that was changed between plan and deletion stays, and the refusal is told', async () => {
  const refusal = new AppError('aws_error', 'the values provided do not match', {
    details: [{ message: '', aws_error: 'InvalidChangeBatch' }],
  });
  const { dependencies, context } = world([row()], { deleteRecord: () => Promise.reject(refusal) });
  const input = { ...wish, values: undefined, ttl: undefined, confirm: 'WWW.example.com.' };
  expect(await perform(deleteRecordOperation(dependencies), input, context)).toMatchObject({
    error: refusal,
    steps: [{ outcome: 'failed' }, {}],
  });
});
