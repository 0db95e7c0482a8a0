import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coverExactly, type Rectangle } from '../../../../src/recipes/kong/generate/cover.ts';

const METHODS = ['post', 'put', 'patch', 'delete'];
const relation = (methodsByPath: Record<string, readonly string[]>) =>
  new Map(Object.entries(methodsByPath).map(([path, methods]) => [path, new Set(methods)]));
const cover = (methodsByPath: Record<string, readonly string[]>) => coverExactly(relation(methodsByPath), METHODS);

/** What rectangles let through, each once and sorted. */
const letThrough = (rectangles: readonly Rectangle[]) => [
  ...new Set(rectangles.flatMap(({ methods, paths }) => methods.flatMap((m) => paths.map((path) => `${m} ${path}`)))),
];
const asked = (methodsByPath: Record<string, readonly string[]>) =>
  Object.entries(methodsByPath).flatMap(([path, methods]) => methods.map((method) => `${method} ${path}`));

describe('the fewest routes', () => {
  test('one where every path has the same methods', () => {
    expect(cover({ '/a': ['post'], '/b': ['post'] })).toEqual([{ methods: ['post'], paths: ['/a', '/b'] }]);
    expect(cover({ '/a': ['delete', 'put'] })).toEqual([{ methods: ['put', 'delete'], paths: ['/a'] }]);
  });

  test('no more than methods, where grouping paths by their methods would take more', () => {
    const rectangles = cover({ '/a': ['post'], '/b': ['put'], '/c': ['post', 'put'] });
    expect(rectangles).toEqual([
      { methods: ['post'], paths: ['/a', '/c'] },
      { methods: ['put'], paths: ['/b', '/c'] },
    ]);
  });

  test('of as few, the ones that overlap least', () => {
    expect(cover({ '/a': ['post'], '/b': ['post', 'put', 'delete'] })).toEqual([
      { methods: ['post'], paths: ['/a', '/b'] },
      { methods: ['put', 'delete'], paths: ['/b'] },
    ]);
  });

  test('none for nothing', () => {
    expect(cover({})).toEqual([]);
  });
});

const relations = fc.dictionary(fc.constantFrom('/a', '/b', '/c', '/d', '/e'), fc.subarray(METHODS, { minLength: 1 }), {
  maxKeys: 5,
});

test('whatever the contract, exactly its methods and paths are let through, by no more routes than two simple ways need', () => {
  fc.assert(
    fc.property(relations, (methodsByPath) => {
      const rectangles = cover(methodsByPath);
      expect(letThrough(rectangles).sort()).toEqual(asked(methodsByPath).sort());
      const kinds = new Set(Object.values(methodsByPath).map((methods) => methods.join(' ')));
      const methods = new Set(Object.values(methodsByPath).flat());
      expect(rectangles.length).toBeLessThanOrEqual(Math.min(kinds.size, methods.size));
    }),
    { numRuns: 150 },
  );
});
