import type { Compilable, CompiledQuery, Kysely } from 'kysely';

/** Stands in a query for a value that comes with each execution. */
class Place {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query that is built once and executed often, with other values each time: building takes as long as executing.
 * `build` puts `value(name)` where a value shall be; it must not look at it.
 */
export function prepare<Tables, Row>(
  query: Kysely<Tables>,
  // biome-ignore lint/suspicious/noExplicitAny: a value's type is that of the column that it is put beside
  build: (query: Kysely<Tables>, value: (name: string) => any) => Compilable<Row>,
): (own: Kysely<Tables>, values: Readonly<Record<string, unknown>>) => Promise<Row[]> {
  let compiled: CompiledQuery<Row> | undefined;
  return async (own, values) => {
    compiled ??= build(query, (name) => new Place(name)).compile();
    const parameters = compiled.parameters.map((one) => (one instanceof Place ? values[one.name] : one));
    return (await own.executeQuery<Row>({ ...compiled, parameters })).rows;
  };
}
