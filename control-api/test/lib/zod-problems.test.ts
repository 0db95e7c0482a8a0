import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkWith } from '../../src/lib/zod-problems.ts';

const key = z.string().regex(/^[A-Z]+$/, 'takes capitals');

test.each<[schema: z.ZodType, data: unknown, message: string]>([
  [z.string(), undefined, 'is missing'],
  [z.enum(['a', 'b']), undefined, 'is missing'],
  [z.string(), 7, 'is to be text, not a number'],
  [z.int(), '8080', 'is to be a number, not text'],
  [z.int(), 1.5, 'is to be a whole number'],
  [z.coerce.number(), 'ten', 'is to be a number'],
  [z.boolean(), null, 'is to be true or false, not null'],
  [z.array(z.string()), { a: 1 }, 'is to be a list, not an object'],
  [z.object({}), [], 'is to be an object, not a list'],
  [z.record(z.string(), z.string()), true, 'is to be an object, not true or false'],
  [z.enum(['private', 'public', 'loopback']), 'open', 'is to be private, public or loopback'],
  [z.enum(['read', 'write']), 'all', 'is to be read or write'],
  [z.literal(7), 8, 'is to be 7'],
  [z.int().min(16), 15, 'is less than 16'],
  [z.int().max(65_535), 65_536, 'is more than 65535'],
  [z.number().gt(0), 0, 'is not more than 0'],
  [z.number().lt(9), 9, 'is not less than 9'],
  [z.string().min(1), '', 'is empty'],
  [z.string().min(2), 'a', 'is shorter than 2 characters'],
  [z.string().max(3), 'abcd', 'is longer than 3 characters'],
  [z.array(z.int()).min(1), [], 'is empty'],
  [z.array(z.int()).min(2), [1], 'has fewer than 2 entries'],
  [z.array(z.int()).max(1), [1, 2], 'has more than 1 entry'],
  [z.string().regex(/^a+$/), 'b', 'does not match /^a+$/'],
  [z.iso.datetime(), 'now', 'is no time such as 2026-11-21T10:00:00Z'],
  [z.ipv4(), 'x', 'is no IPv4 address'],
  [z.url(), 'x', 'is no URL'],
  [z.union([z.string(), z.boolean()]), 7, 'is of no kind that fits here'],
  [z.string().min(2, 'is Too short'), 'a', 'is Too short'],
])('what does not fit is said as a person would: %#', (schema, data, message) => {
  expect(checkWith(z.object({ field: schema }), { field: data })).toEqual({
    problems: [{ path: ['field'], message }],
  });
});

test('what fits is given as the schema makes it', () => {
  expect(checkWith(z.object({ field: z.coerce.number() }), { field: '7' })).toEqual({ value: { field: 7 } });
});

test('a key is told by what is wrong with it, also where a schema says nothing of that', () => {
  const schema = z.object({ env: z.record(key, z.string()) });
  expect(checkWith(schema, { env: { a: 'x' } })).toEqual({
    problems: [{ path: ['env', 'a'], message: 'takes capitals' }],
  });
  const short = z.object({ tags: z.record(z.string().max(2), z.string()) });
  expect(checkWith(short, { tags: { abc: 'x' } })).toMatchObject({
    problems: [{ message: 'is longer than 2 characters' }],
  });
});
