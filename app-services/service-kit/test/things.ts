import { resolveRefs } from '../src/spec.ts';

const schema = (name: string) => ({ content: { 'application/json': { schema: { $ref: `#/schemas/${name}` } } } });

/** A contract to try the loader on. */
export const things = () =>
  resolveRefs({
    info: { title: 'Things', version: '1.0.0' },
    paths: {
      '/things': {
        post: {
          operationId: 'makeThing',
          requestBody: { required: true, ...schema('Thing') },
          responses: { 201: schema('Thing'), 400: schema('Error'), 500: schema('Error') },
        },
        get: {
          operationId: 'listThings',
          parameters: [
            { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, default: 7, example: 3 } },
            { name: 'kind', in: 'query', required: true, schema: { type: 'string' } },
          ],
          responses: { 200: schema('Found'), 400: schema('Error') },
        },
      },
      '/things/{thingId}': {
        parameters: [{ name: 'thingId', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } }],
        delete: { operationId: 'deleteThing', responses: { 204: {} } },
      },
    },
    schemas: {
      Thing: {
        type: 'object',
        required: ['name'],
        example: { name: 'x' },
        properties: {
          name: { type: 'string', minLength: 1, examples: ['x'] },
          // A field that is called as a note for readers is.
          example: { type: 'string', maxLength: 3 },
          sizes: { type: 'array', items: { type: 'integer' } },
        },
      },
      Found: {
        type: 'object',
        required: ['limit'],
        properties: { limit: { type: 'integer' }, kind: { type: 'string' } },
      },
      Error: {
        type: 'object',
        required: ['message'],
        properties: {
          message: { type: 'string' },
          errorCode: { type: 'string' },
          details: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  });
