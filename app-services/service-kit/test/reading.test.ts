import { expect, test } from 'vitest';
import { createReader } from '../src/reading.ts';

/** What is done, in order, to answer pages of so many rows at most, whose one text has so many characters; all asked at once. */
async function doneFor(...pages: { most?: number; length: number }[]): Promise<string[]> {
  const done: string[] = [];
  const readWith = createReader();
  const readRows = readWith(async ({ bytes }) => {
    done.push(`room for ${bytes}`);
  });
  const answers = pages.map(({ length, ...page }) =>
    readRows({
      ...page,
      async weigh() {
        return { rows: 1, bytes: length };
      },
      async read() {
        done.push('read');
        return [{ id: 1, text: 'x'.repeat(length), none: null }];
      },
    }),
  );
  const rows = await Promise.all(answers);
  expect(rows).toEqual(pages.map(({ length }) => [{ id: 1, text: 'x'.repeat(length), none: null }]));
  return done;
}

test('a light page is read once, and needs no room', async () => {
  expect(await doneFor({ most: 100, length: 64_000 })).toEqual(['read']);
});

test('a heavy one is put back, and read again with room', async () => {
  expect(await doneFor({ most: 100, length: 64_001 })).toEqual(['read', 'room for 64001', 'read']);
});

test('one that may be too large to be thrown away is weighed before', async () => {
  expect(await doneFor({ most: 101, length: 5 })).toEqual(['room for 5', 'read']);
  expect(await doneFor({ length: 5 })).toEqual(['room for 5', 'read']);
});

test('of many at once, one is read before it is weighed', async () => {
  const page = { most: 100, length: 500_000 };
  const done = await doneFor(page, page, page);
  expect(done.filter((one) => one === 'read')).toHaveLength(4);
  expect(done.filter((one) => one === 'room for 500000')).toHaveLength(3);
});

test('a read that failed keeps the next from nothing', async () => {
  const readRows = createReader()(async () => undefined);
  const failing = {
    most: 1,
    weigh: async () => ({ rows: 0, bytes: 0 }),
    read: () => Promise.reject(new Error('locked')),
  };
  await expect(readRows(failing)).rejects.toThrow('locked');
  let weighed = false;
  const weigh = async () => {
    weighed = true;
    return { rows: 0, bytes: 0 };
  };
  expect(await readRows({ most: 1, weigh, read: async () => [{}] })).toEqual([{}]);
  expect(weighed).toBe(false);
});
