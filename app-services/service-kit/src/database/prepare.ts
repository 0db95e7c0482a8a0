import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Database } from './database.ts';
import { Place } from './place.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * A query that is built once and executed often, with other values each time: building takes as long as executing.
 * `build` puts `value(name)` where a value shall be, and must not look at it. What is undefined stays so there: the query is
 * built once for each list of names whose values are not; so names must never come from outside.
 */
export function prepare<Tables, Row>(
  { query, execute }: Database<Tables>,
  // biome-ignore lint/suspicious/noExplicitAny: a value's type is that of the column that it is put beside
  build: (query: Kysely<Tables>, value: (name: string) => any) => Compilable<Row>,
): (own: Kysely<Tables>, values: Values) => Promise<Row[]> {
  const forms = new Map<string, CompiledQuery<Row>>();
  const compile = (values: Values) =>
    build(query, (name) => (values[name] === undefined ? undefined : new Place(name))).compile();
  return (own, values) => {
    let form = '';
    for (const name in values) if (values[name] !== undefined) form += `${name},`;
    let compiled = forms.get(form);
    if (!compiled) {
      compiled = compile(values);
      forms.set(form, compiled);
    }
    const parameters = compiled.parameters.map((one) => (one instanceof Place ? one.given(values[one.name]) : one));
    return execute(own, { ...compiled, parameters });
  };
}
