import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSpec, resolveRefs } from '../src/spec.ts';

const id = { type: 'integer', minimum: 1 };

test('a reference is replaced by what it points to, through others and escapes', () => {
  const document = {
    a: { $ref: '#/parts/one' },
    list: [{ $ref: '#/parts/a~1b~0c' }],
    parts: { one: { properties: { id: { $ref: '#/parts/id' } } }, id, 'a/b~c': id },
  };
  expect(resolveRefs(document)).toMatchObject({ a: { properties: { id } }, list: [id] });
});

test('what stands beside a reference goes before what it points to', () => {
  const document = { a: { $ref: '#/id', description: 'own' }, id: { ...id, description: 'general' } };
  expect(resolveRefs(document)).toMatchObject({ a: { ...id, description: 'own' } });
});

test('one thing may be referred to twice', () => {
  expect(resolveRefs({ a: { x: { $ref: '#/id' }, y: { $ref: '#/id' } }, id })).toMatchObject({ a: { x: id, y: id } });
});

test.each([
  ['to nothing', { a: { $ref: '#/parts/none' } }, '#/parts/none points to nothing'],
  ['to itself', { a: { $ref: '#/a' } }, '#/a refers to itself'],
  ['in a circle', { a: { x: { $ref: '#/b' } }, b: { y: { $ref: '#/a' } } }, 'refers to itself'],
  ['to another document', { a: { $ref: 'other.yaml#/a' } }, 'only references within the document'],
])('a reference %s', (_, document, message) => {
  expect(() => resolveRefs(document)).toThrow(message);
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fountain-spec-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('openapi.yaml, and openapi.json before it', async () => {
  const place = pathToFileURL(`${folder}/`);
  await expect(readSpec(place)).rejects.toThrow('openapi.yaml');
  writeFileSync(join(folder, 'openapi.yaml'), 'info: { title: From yaml }\n');
  expect((await readSpec(place)).info.title).toBe('From yaml');
  writeFileSync(join(folder, 'openapi.json'), '{"info":{"title":"From json"}}');
  expect((await readSpec(place)).info.title).toBe('From json');
});
