import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { web } from '../web-fakes.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is walked by its own rules
type Json = any;

async function readDocument(): Promise<Json> {
  const app = await web({ env: { CONTROL_API_TOKEN: 'secret' } });
  return (await app.inject('/openapi.json')).json();
}

function operationsOf(document: Json): [string, Json][] {
  return Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]): [string, Json] => [`${method} ${path}`, operation]),
  );
}

test('the document is valid OpenAPI 3.1 and lists every route of this slice', async () => {
  const document = await readDocument();
  const operations = operationsOf(document);
  const result = await new Validator().validate(structuredClone(document));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
  expect(document.openapi).toBe('3.1.0');
  expect(operations.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      'post /aws/lightsail/create-instance',
      'post /aws/lightsail/create-key-pair',
      'get /aws/lightsail/instances',
      'get /aws/lightsail/instances/{instance_name}',
      'get /aws/lightsail/instances/{instance_name}/readiness',
      'get /aws/lightsail/bundles',
      'get /aws/lightsail/blueprints',
      'post /services/deploy-docker-app',
      'post /services/restart-docker-app',
      'post /services/rollback-docker-app',
      'post /services/remove-docker-app',
      'post /services/deploy-kong',
      'post /services/apply-kong-config',
      'get /services/docker-apps',
      'get /services/status',
      'get /services/logs',
      'post /github/add-secret',
      'post /github/delete-secret',
      'get /github/secrets',
      'get /operations',
      'get /operations/{id}',
      'get /operations/{id}/events',
      'get /health',
      'get /metrics',
      'get /openapi.json',
    ]),
  );
});

test('every operation has an id of its own, a summary, a description, an example of its body and described answers', async () => {
  const document = await readDocument();
  const operations = operationsOf(document);
  const ids = operations.map(([, { operationId }]) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const poor = operations.flatMap(([name, operation]) => [
    ...['operationId', 'summary', 'description', 'tags']
      .filter((key) => !operation[key])
      .map((key) => `${name}: ${key}`),
    ...(operation.requestBody && !operation.requestBody.content['application/json'].example
      ? [`${name}: example`]
      : []),
    ...Object.entries<Json>(operation.responses)
      .filter(([, { description }]) => !description || description === 'Default Response')
      .map(([status]) => `${name}: ${status}`),
  ]);
  expect(poor).toEqual([]);
});

test('every call that changes something tells its deadline', async () => {
  const document = await readDocument();
  const operations = operationsOf(document);
  const posts = operations.filter(([name]) => name.startsWith('post'));
  expect(posts.length).toBeGreaterThan(5);
  for (const [, { description }] of posts) expect(description).toMatch(/Deadline: \d+ s\./);
});

test('every field has a description and an example, in parameters, bodies and answers', async () => {
  const document = await readDocument();
  const operations = operationsOf(document);
  let fields = 0;
  const poor: string[] = [];
  const resolve = (schema: Json): Json =>
    schema.$ref ? { ...document.components.schemas[schema.$ref.split('/').at(-1)], ...schema } : schema;
  const demand = (at: string, field: Json) => {
    const known = resolve(field);
    fields += 1;
    if (!known.description) poor.push(`${at}: description`);
    if (known.example === undefined && !known.examples?.length) poor.push(`${at}: example`);
  };
  const walk = (at: string, node: Json): void => {
    if (node === null || typeof node !== 'object') return;
    for (const [name, field] of Object.entries<Json>(node.properties ?? {})) demand(`${at}.${name}`, field);
    for (const [key, child] of Object.entries(node)) if (!/^examples?$/.test(key)) walk(`${at}/${key}`, child);
  };
  for (const [name, { parameters = [], responses }] of operations) {
    for (const { name: parameter, description, schema } of parameters) {
      demand(`${name} ${parameter}`, { description, ...schema });
    }
    for (const [status, { headers = {} }] of Object.entries<Json>(responses)) {
      for (const [header, { description, schema }] of Object.entries<Json>(headers)) {
        demand(`${name} ${status} ${header}`, { description, ...schema });
      }
    }
  }
  walk('', document.paths);
  walk('', document.components.schemas);
  expect(poor).toEqual([]);
  expect(fields).toBeGreaterThan(200);
});

test('no optional parameter has an example that Swagger UI would fill in', async () => {
  const document = await readDocument();
  const operations = operationsOf(document);
  const filled = operations.flatMap(([name, { parameters = [] }]) =>
    parameters
      .filter(({ required, example, schema }: Json) => !required && (example ?? schema.example) !== undefined)
      .map((parameter: Json) => `${name} ${parameter.name}`),
  );
  expect(filled).toEqual([]);
});

test('open routes say that they need no token', async () => {
  const document = await readDocument();
  expect(document.security).toEqual([{ token: [] }]);
  expect(document.paths['/health'].get.security).toEqual([]);
  expect(document.paths['/metrics'].get.security).toBeUndefined();
});

test('/docs shows that document, and only with scripts from here', async () => {
  const app = await web();
  expect((await app.inject('/docs/json')).json()).toEqual((await app.inject('/openapi.json')).json());
  const page = await app.inject('/docs');
  const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file as string);
  expect(files.length).toBeGreaterThan(4);
  expect(page.body).not.toMatch(/<script(?![^>]*src=)|style=|on\w+=/);
  for (const file of files) {
    const answer = await app.inject(new URL(file, 'http://localhost/docs').pathname);
    expect([file, answer.statusCode]).toEqual([file, 200]);
    expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(answer.headers['content-security-policy']).not.toMatch(/unsafe|upgrade-insecure/);
  }
});
