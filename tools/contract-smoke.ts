import { pathToFileURL } from 'node:url';
import { type Operation, type Parameter, readSpec, type Spec } from '../app-services/service-kit/src/spec.ts';
import {
  type Answer,
  type Callee,
  type ContractClient,
  contractClient,
} from '../app-services/service-kit/testing/contract-client.ts';

/** A program that answers over HTTP, called as if it were in this process. */
const overHttp = (baseUrl: string): Callee => ({
  async inject({ url, payload, ...call }) {
    const response = await fetch(`${baseUrl}${url}`, { ...call, ...(payload === undefined ? {} : { body: payload }) });
    const headers = Object.fromEntries(response.headers);
    return { statusCode: response.status, headers, payload: await response.text() };
  },
});

interface Body {
  [field: string]: unknown;
}

/** The query that an operation cannot do without, of its contract's examples or, before those, of the `element` that it is about. */
function queryOf({ parameters = [] }: Operation, element: Body = {}): string {
  const required: (Parameter & { example?: unknown })[] = parameters.filter(
    (one) => one.in === 'query' && one.required,
  );
  const query = required.map(({ name, example }): [string, string] => [name, String(element[name] ?? example)]);
  return query.length > 0 ? `?${new URLSearchParams(query)}` : '';
}

/** The contract declares failures, too, so that keeping it is not enough: a service that does nothing but fail keeps it. */
function expectStatus(wanted: number, { status, body }: Answer, { operationId }: Operation): void {
  if (status !== wanted) throw new Error(`${operationId} answered ${status}: ${JSON.stringify(body)}`);
}

/** Creates the contract's own example in a collection, reads it and finds it in the list. */
async function smokeCollection(client: ContractClient, spec: Spec, path: string): Promise<void> {
  const { post, get } = spec.paths[path] as { post: Operation; get: Operation };
  const { example } = { ...post.requestBody?.content['application/json'] } as { example?: Body };
  const created = await client.post(path, example);
  expectStatus(201, created, post);
  const item = Object.keys(spec.paths).find(
    (other) => other.startsWith(path) && /^\/\{\w+\}$/.test(other.slice(path.length)),
  );
  const key = item?.slice(path.length + 2, -1);
  if (key !== undefined) {
    const read = await client.get(`${path}/${created.body[key]}`);
    if (read.status !== 200) throw new Error(`${path}/${created.body[key]} was created, and answers ${read.status}`);
  }
  const list = await client.get(`${path}${queryOf(get, example)}`);
  const isThere = (element: Body) => key === undefined || element[key] === created.body[key];
  if (list.status !== 200 || !list.body.some(isThere))
    throw new Error(`${path} does not list what was created: ${list.status}`);
}

/**
 * Calls a service as its contract says, and throws at the first answer that it does not declare, or that is no success. Returns
 * what was answered, as `operationId status`. A service that only reads has others to ask, which have to be there
 * (stand-in-services.ts).
 */
export async function smoke(baseUrl: string, folder: URL): Promise<readonly string[]> {
  const spec = await readSpec(folder);
  const client = contractClient(overHttp(baseUrl), spec);
  const plain = Object.entries(spec.paths).filter(([path]) => !path.includes('{'));
  // The first: what others hold may belong to it.
  const collection = plain.find(([, { get, post }]) => get && post)?.[0];
  if (collection !== undefined) await smokeCollection(client, spec, collection);
  else for (const [path, { get }] of plain) if (get) expectStatus(200, await client.get(`${path}${queryOf(get)}`), get);
  if (client.seen.size === 0) throw new Error(`${spec.info.title} has nothing that can be asked`);
  return [...client.seen];
}

const [, program, url = '', folder = ''] = process.argv;
if (program === import.meta.filename) {
  try {
    for (const answer of await smoke(url, pathToFileURL(`${folder}/`))) process.stdout.write(`${answer}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
