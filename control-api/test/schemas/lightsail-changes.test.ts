import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import * as budget from '../../src/schemas/budget.ts';
import * as firewall from '../../src/schemas/firewall.ts';
import * as changes from '../../src/schemas/lightsail-changes.ts';

const bodies = { ...changes };
const apps = { instance_name: 'apps', region: 'eu-central-1' };
const fixed = { static_ip_name: 'fixed', region: 'eu-central-1' };
const kept = { snapshot_name: 'kept', region: 'eu-central-1' };

test.each([
  ['namedInstanceBodySchema', apps],
  ['rebootInstanceBodySchema', apps],
  ['rebootInstanceBodySchema', { ...apps, since: '2026-11-21T10:00:00+01:00' }],
  ['deleteInstanceBodySchema', apps],
  ['attachStaticIpBodySchema', { ...apps, ...fixed }],
  ['releaseStaticIpBodySchema', fixed],
  ['releaseStaticIpBodySchema', { ...apps, ...fixed, confirm: 'fixed' }],
  ['createSnapshotBodySchema', { ...apps, ...kept }],
  ['deleteSnapshotBodySchema', kept],
  ['deleteSnapshotBodySchema', { ...apps, ...kept, confirm: 'kept' }],
] as const)('%s takes %o', (name, body) => {
  expect(bodies[name].parse({ ...body, reason: 'why' })).toEqual({ ...body, reason: 'why' });
});

describe('bad input', () => {
  test.each([
    ['namedInstanceBodySchema', 'instance_name', { ...apps, instance_name: '-apps' }],
    ['namedInstanceBodySchema', 'instance_name', { region: 'eu-central-1' }],
    ['namedInstanceBodySchema', 'region', { ...apps, region: 'Frankfurt' }],
    ['namedInstanceBodySchema', '', { ...apps, force: true }],
    ['rebootInstanceBodySchema', 'since', { ...apps, since: 'yesterday' }],
    ['rebootInstanceBodySchema', 'since', { ...apps, since: '2026-11-21' }],
    ['deleteInstanceBodySchema', 'confirm', { ...apps, confirm: true }],
    ['attachStaticIpBodySchema', 'static_ip_name', { ...apps, static_ip_name: 'a b' }],
    ['attachStaticIpBodySchema', 'instance_name', fixed],
    ['attachStaticIpBodySchema', 'static_ip_name', { ...apps, static_ip_name: 'x' }],
    ['releaseStaticIpBodySchema', 'static_ip_name', apps],
    ['createSnapshotBodySchema', 'instance_name', kept],
    ['createSnapshotBodySchema', 'snapshot_name', { ...apps, snapshot_name: '../kept' }],
    ['deleteSnapshotBodySchema', 'snapshot_name', { region: 'eu-central-1' }],
    ['deleteSnapshotBodySchema', 'reason', { ...kept, reason: 'two\nlines' }],
  ] as const)('%s refuses %s of %o', (name, path, body) => {
    const issues = bodies[name].safeParse(body).error?.issues ?? [];
    expect(issues.map((issue) => issue.path.join('/'))).toContain(path);
  });
});

const objects = [changes, firewall, budget].flatMap((all) =>
  Object.entries(all as Record<string, unknown>).flatMap(([name, schema]) =>
    schema instanceof z.ZodObject && name !== 'regionQuerySchema' ? [[name, schema] as const] : [],
  ),
);

test('every object has its case below', () => expect(objects).toHaveLength(13));

test.each(objects)('%s: an id, every field described and exampled', (_, schema) => {
  const json = z.toJSONSchema(schema, { io: 'input' });
  expect(schema.meta()?.id).toBeTypeOf('string');
  const definition = json.properties ? json : Object.values(json.$defs ?? {})[0];
  expect(Object.keys(definition?.properties ?? {})).not.toHaveLength(0);
  for (const field of Object.values(definition?.properties ?? {})) {
    expect(field).toMatchObject({ description: expect.any(String), example: expect.anything() });
  }
});
