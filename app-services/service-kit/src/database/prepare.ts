import type { Compilable, CompiledQuery, Kysely } from 'kysely';

/** Stands in a query for a value that comes with each execution. */
export class Place {
  readonly name: string;
  readonly given: (value: unknown) => unknown;

  /** @param given what the database is given for a value */
  constructor(name: string, given: (value: unknown) => unknown = (value) => value) {
    this.name = name;
    this.given = given;
  }
}

type Values = Readonly<Record<string, unknown>>;

/**
 * A query that is built once and executed often, with other values each time: building takes as long as executing.
 * `build` puts `value(name)` where a value shall be, and must not look at it. What is undefined stays so there: the query is
 * built once for each set of names whose values are not; so names must never come from outside.
 */
export function prepare<Tables, Row>(
  query: Kysely<Tables>,
  // biome-ignore lint/suspicious/noExplicitAny: a value's type is that of the column that it is put beside
  build: (query: Kysely<Tables>, value: (name: string) => any) => Compilable<Row>,
): (own: Kysely<Tables>, values: Values) => Promise<Row[]> {
  const forms = new Map<string, CompiledQuery<Row>>();
  const compile = (values: Values) =>
    build(query, (name) => (values[name] === undefined ? undefined : new Place(name))).compile();
  return async (own, values) => {
    const names = Object.keys(values).filter((name) => values[name] !== undefined);
    const form = JSON.stringify(names.sort());
    const compiled = forms.get(form) ?? compile(values);
    forms.set(form, compiled);
    const parameters = compiled.parameters.map((one) => (one instanceof Place ? one.given(values[one.name]) : one));
    return (await own.executeQuery<Row>({ ...compiled, parameters })).rows;
  };
}
