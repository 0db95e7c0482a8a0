/** Every one of these methods on every one of these paths. */
export interface Rectangle {
  methods: readonly string[];
  paths: readonly string[];
}

/**
 * The fewest rectangles that together are exactly the given methods of each path, and of those the ones that overlap least.
 * The same input gives the same ones, with methods in the given order. Its work grows as 2 to the power of the methods squared; HTTP has few.
 */
export function coverExactly(
  methodsByPath: ReadonlyMap<string, ReadonlySet<string>>,
  order: readonly string[],
): readonly Rectangle[] {
  const methods = order.filter((method) => [...methodsByPath.values()].some((own) => own.has(method)));
  const candidates = subsets(methods).flatMap((some) => {
    const paths = [...methodsByPath].filter(([, own]) => some.every((method) => own.has(method))).map(([path]) => path);
    return paths.length > 0 ? [{ methods: some, paths }] : [];
  });
  const size = [...methodsByPath.values()].reduce((sum, own) => sum + own.size, 0);
  for (let count = 0; count < methods.length; count++) {
    const complete = choices(candidates, count).filter((some) => covered(some) === size);
    if (complete.length > 0) return complete.reduce((best, one) => (area(one) < area(best) ? one : best));
  }
  // A rectangle per method always does it.
  return candidates.filter((one) => one.methods.length === 1);
}

/** Without the empty one. */
function subsets(items: readonly string[]): string[][] {
  return items.flatMap((item, at) => [[item], ...subsets(items.slice(at + 1)).map((some) => [item, ...some])]);
}

function choices<T>(items: readonly T[], count: number): T[][] {
  if (count === 0) return [[]];
  return items.flatMap((item, at) => choices(items.slice(at + 1), count - 1).map((rest) => [item, ...rest]));
}

function covered(rectangles: readonly Rectangle[]): number {
  return new Set(
    rectangles.flatMap(({ methods, paths }) => methods.flatMap((m) => paths.map((path) => `${m} ${path}`))),
  ).size;
}

function area(rectangles: readonly Rectangle[]): number {
  return rectangles.reduce((sum, { methods, paths }) => sum + methods.length * paths.length, 0);
}
