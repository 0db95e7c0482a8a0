import { expect, test } from 'vitest';
import { z } from 'zod';
import { Secret } from '../../src/lib/secret.ts';
import * as schemas from '../../src/schemas/lightsail.ts';

const { createInstanceBodySchema } = schemas;
const body = {
  instance_name: 'opensearch-instance',
  blueprint_id: 'ubuntu_20_04',
  bundle_id: 'nano_2_0',
  region: 'eu-central-1',
  availability_zone: 'eu-central-1a',
};

test('the source document’s body passes, with defaults', () => {
  expect(createInstanceBodySchema.parse(body)).toEqual({
    ...body,
    tags: {},
    ip_address_type: 'dualstack',
    wait_seconds: 240,
    allow_over_budget: false,
  });
});

test('user_data is a secret from here on', () => {
  const { user_data } = createInstanceBodySchema.parse({ ...body, user_data: '#!/bin/sh' });
  expect(user_data).toBeInstanceOf(Secret);
  expect(user_data?.reveal()).toBe('#!/bin/sh');
});

test.each([
  ['instance_name', { instance_name: 'a' }],
  ['instance_name', { instance_name: 'a'.repeat(256) }],
  ['instance_name', { instance_name: 'a b' }],
  ['instance_name', { instance_name: '-ab' }],
  ['instance_name', { instance_name: 'ab.' }],
  ['instance_name', { instance_name: 'ab\n' }],
  ['instance_name', { instance_name: '$(id)' }],
  ['instance_name', { instance_name: undefined }],
  ['bundle_id', { bundle_id: 'Nano' }],
  ['region', { region: 'frankfurt' }],
  ['region', { region: 'eu-central-1.example.org/' }],
  ['availability_zone', { availability_zone: 'eu-west-1a' }],
  ['availability_zone', { availability_zone: 'eu-central-1' }],
  ['user_data', { user_data: 'ä'.repeat(8193) }],
  ['tags/aws:x', { tags: { 'aws:x': '1' } }],
  ['tags/fountain-operation', { tags: { 'fountain-operation': 'op_1' } }],
  ['wait_seconds', { wait_seconds: '240' }],
  ['wait_seconds', { wait_seconds: 300 }],
  ['reason', { reason: 'two\nlines' }],
  ['', { instancename: 'x' }],
])('%s: %o is refused', (path, more) => {
  const { error } = createInstanceBodySchema.safeParse({ ...body, ...more });
  expect(error?.issues.map((issue) => issue.path.join('/'))).toContain(path);
});

const objects = Object.entries(schemas as Record<string, unknown>).flatMap(([name, schema]) =>
  schema instanceof z.ZodObject ? [[name, schema] as const] : [],
);

test('every object has its case below', () => expect(objects).toHaveLength(6));

test.each(objects)('%s: JSON schema with an id, every field described and exampled', (_, schema) => {
  const json = z.toJSONSchema(schema, { io: 'input' });
  const definition = json.properties ? json : Object.values(json.$defs ?? {})[0];
  expect(schema.meta()?.id).toBeTypeOf('string');
  expect(Object.keys(definition?.properties ?? {})).not.toHaveLength(0);
  for (const field of Object.values(definition?.properties ?? {})) {
    expect(field).toMatchObject({ description: expect.any(String), example: expect.anything() });
  }
});
