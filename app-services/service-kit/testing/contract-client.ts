import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Method, Operation, Spec } from '../src/spec.ts';

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back
  body: any;
}

/** Makes calls to a service, and throws when an answer is none that the contract declares. */
export interface ContractClient {
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** `operationId status` of every answer so far. */
  seen: ReadonlySet<string>;
}

/** What is called: a Fastify instance in this process, or whatever takes calls as its `inject` does. */
export interface Callee {
  inject(call: {
    method: 'GET' | 'POST' | 'PUT' | 'DELETE';
    url: string;
    payload?: string;
    headers?: Record<string, string>;
  }): Promise<{ statusCode: number; headers: Record<string, unknown>; payload: string }>;
}

/** Calls `app`, and holds what it answers against the contract. */
export function contractClient(app: Callee, spec: Spec): ContractClient {
  const ajv = addFormats.default(new Ajv2020.default({ strict: false, allErrors: true }));
  const checks = new Map<string, ValidateFunction>();
  const seen = new Set<string>();

  function check(method: Method, path: string, { status, body }: Answer): void {
    const operation = operationOf(spec, method, path);
    const declared = operation.responses[String(status)];
    const what = `${operation.operationId} ${status}`;
    if (!declared) throw new Error(`${what} is not in the contract: ${JSON.stringify(body)}`);
    const schema = declared.content?.['application/json']?.schema;
    if (schema) {
      const validate = checks.get(what) ?? ajv.compile(schema);
      checks.set(what, validate);
      if (!validate(body)) {
        const why = `${ajv.errorsText(validate.errors).slice(0, 500)} in ${JSON.stringify(body).slice(0, 500)}`;
        throw new Error(`${what}: ${why}`);
      }
    } else if (body !== '' && !declared.content) throw new Error(`${what} has a body: ${JSON.stringify(body)}`);
    seen.add(what);
  }

  async function call(method: Method, path: string, body?: unknown): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await app.inject({
      method: method.toUpperCase() as 'GET',
      url: path,
      ...(text === undefined ? {} : { payload: text, headers: { 'content-type': 'application/json' } }),
    });
    const isJson = String(response.headers['content-type']).includes('json');
    const answer = {
      status: response.statusCode,
      headers: response.headers,
      body: isJson ? JSON.parse(response.payload) : response.payload,
    };
    check(method, path, answer);
    return answer;
  }

  return {
    get: (path) => call('get', path),
    post: (path, body) => call('post', path, body),
    put: (path, body) => call('put', path, body),
    delete: (path) => call('delete', path),
    seen,
  };
}

/** The operation that a path belongs to; a literal path goes before one with parameters. */
function operationOf(spec: Spec, method: Method, path: string): Operation {
  const [plain = ''] = path.split('?');
  const known = Object.entries(spec.paths).filter(([template, item]) => {
    const pattern = template.replace(/\{\w+\}/g, '[^/]+');
    return item[method] && new RegExp(`^${pattern}$`).test(plain);
  });
  const [found] = known.sort(([a], [b]) => a.split('{').length - b.split('{').length);
  const operation = found?.[1][method];
  if (!operation) throw new Error(`${method} ${path} is not in the contract`);
  return operation;
}
