import { globSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { operationsOf } from '../src/routes.ts';
import { readSpec, type Schema } from '../src/spec.ts';

/** What a custom GPT needs of a contract, and what readers do. */
interface Documented {
  summary?: string;
  description?: string;
}
type Content = Record<string, { schema?: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }>;

const services = new URL('../../', import.meta.url);

describe.each(globSync('*/openapi.yaml', { cwd: services.pathname }).sort())('%s', (file) => {
  const reading = readSpec(new URL(`${file}/../`, services));

  test('is fit for a custom GPT', async () => {
    const spec = (await reading) as Awaited<typeof reading> & Record<string, unknown>;
    const operations = operationsOf(spec);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(operations.length).toBeLessThanOrEqual(30);
    expect(new Set(ids).size).toBe(ids.length);
    expect(spec).toMatchObject({
      openapi: '3.1.0',
      servers: [{ url: expect.stringMatching(/^https:/) }, {}],
      components: { securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'X-API-KEY' } } },
    });
    for (const { operation, path } of operations) {
      const { summary, description = '', parameters = [] } = operation as typeof operation & Documented;
      expect([operation.operationId, Boolean(summary && description)]).toEqual([operation.operationId, true]);
      expect(description.length, operation.operationId).toBeLessThanOrEqual(300);
      const declared = parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`);
      expect(path.match(/\{\w+\}/g) ?? [], operation.operationId).toEqual(declared);
      for (const one of parameters) expect(one, `${operation.operationId} ${one.name}`).toHaveProperty('description');
    }
  });

  test('every body and every answer has an example, which fits', async () => {
    const ajv = addFormats.default(new Ajv2020.default({ strict: false }));
    for (const { operation } of operationsOf(await reading)) {
      const bodies = [operation.requestBody, ...Object.values(operation.responses)];
      for (const { schema, example, examples } of bodies.flatMap((one) =>
        Object.values((one?.content ?? {}) as Content),
      )) {
        const shown = example === undefined ? Object.values(examples ?? {}).map(({ value }) => value) : [example];
        expect(shown, operation.operationId).not.toEqual([]);
        for (const one of schema ? shown : []) {
          expect(ajv.validate(schema ?? {}, one), `${operation.operationId}: ${ajv.errorsText()}`).toBe(true);
        }
      }
    }
  });
});
