import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/lib/secret.ts';
import { added, type ConsumerChange, revoked, rotated } from '../../../src/operations/hosts/consumer-changes.ts';
import type { Consumer } from '../../../src/schemas/secrets-file.ts';

const secret = (text: string) => new Secret(text);
const reader: Consumer = { username: 'reader', keys: [secret('first')], access: { all: 'read' } };
const writer: Consumer = { username: 'writer', keys: [secret('own')], access: { all: 'write' }, limits: { minute: 5 } };
const consumers = [reader, writer];
const apps = ['character-management-api', 'story-factory-api'];
const key = secret('next');
const add = (body: object) =>
  added({ username: 'reader', access: { all: 'read' }, ssh_key_path: '/keys/key', ...body }, { consumers, apps, key });
const keysOf = ({ consumer }: ConsumerChange) => consumer?.keys.map((one) => one.reveal());
const names = (change: ConsumerChange) => change.consumers.map(({ username }) => username);

describe('add', () => {
  test('somebody new gets the next key, behind the others', () => {
    const change = add({ username: 'new', limits: { minute: 10 } });
    expect(names(change)).toEqual(['reader', 'writer', 'new']);
    expect(keysOf(change)).toEqual(['next']);
    expect(change).toMatchObject({
      change: 'Add the consumer new',
      said: 'new may read everything, at most 10 requests a minute',
    });
    expect(change.consumer).toMatchObject({ access: { all: 'read' }, limits: { minute: 10 } });
  });

  test('of one who is there as asked changes nothing, in whatever order it is asked', () => {
    expect(add({})).toEqual({ consumers, consumer: reader, said: 'reader may read everything' });
    const access = { 'story-factory-api': 'read', 'character-management-api': 'write' } as const;
    const limits = { hour: 9, minute: 1 };
    const both = { ...reader, access, limits };
    const again = { access: { 'character-management-api': 'write', 'story-factory-api': 'read' } as const };
    const wish = { username: 'reader', ssh_key_path: '/keys/key', ...again, limits: { minute: 1, hour: 9 } };
    expect(added(wish, { consumers: [both], apps, key }).change).toBeUndefined();
  });

  test.each([
    ['access', { access: { all: 'write' } }],
    ['limits', { limits: { hour: 7 } }],
  ])('with other %s changes that, and keeps key and place', (_, body) => {
    const change = add(body);
    expect(change).toMatchObject({ change: 'Change what reader may do', consumer: body });
    expect(keysOf(change)).toEqual(['first']);
    expect(names(change)).toEqual(['reader', 'writer']);
  });

  test.each<[what: string, body: object, access: object]>([
    ['limits', { access: { all: 'read' } }, { all: 'read' }],
    ['access', { access: undefined, limits: { minute: 5 } }, { all: 'write' }],
    ['limits and access', { access: undefined }, { all: 'write' }],
  ])('without %s keeps those that there were', (_, body, access) => {
    expect(add({ username: 'writer', ...body }).consumer).toMatchObject({ access, limits: { minute: 5 } });
  });

  test('with limits of null takes away those that there were, and then has nothing to do', () => {
    const change = add({ username: 'writer', access: { all: 'write' }, limits: null });
    expect(change.change).toBe('Change what writer may do');
    expect(change.consumer).not.toHaveProperty('limits');
    expect(add({ limits: null }).change).toBeUndefined();
  });

  test.each<[what: string, body: object, said: string]>([
    [
      'new',
      { limits: { minute: 5, hour: 9 } },
      'reader may read everything, at most 5 requests a minute and 9 requests an hour',
    ],
    ['of one request', { limits: { hour: 1 } }, 'reader may read everything, at most 1 request an hour'],
    [
      'that stay',
      { username: 'writer', access: undefined },
      'writer may write everything, at most 5 requests a minute',
    ],
    [
      'taken away',
      { username: 'writer', access: undefined, limits: null },
      'writer may write everything, without limits of its own',
    ],
  ])('tells limits: %s', (_, body, said) => {
    expect(add(body).said).toBe(said);
  });

  test('of somebody new without access is refused by its field', () => {
    expect(() => add({ username: 'new', access: undefined })).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        message: 'There is no consumer new yet: say in access what it may do.',
        details: [expect.objectContaining({ path: '/access' })],
      }),
    );
  });

  test('with access to what is no app is refused by its field', () => {
    expect(() => add({ access: { all: 'read', 'story-factory': 'write' } })).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        message: `There is no app story-factory in the manifests; those there are: ${apps.join(', ')}.`,
        details: [{ path: '/access/story-factory', message: `is none of all, ${apps.join(', ')}` }],
      }),
    );
  });
});

describe('rotate', () => {
  const rotate = (drop_old: boolean, keys: string[]) =>
    rotated({ username: 'reader', drop_old }, { consumers: [{ ...reader, keys: keys.map(secret) }, writer], key });

  test.each<[what: string, drop: boolean, before: string[], after: string[], change: string | undefined]>([
    ['begins with a second key', false, ['a'], ['a', 'next'], 'Make a second key for reader'],
    ['goes on until it is confirmed', false, ['a', 'b'], ['a', 'b'], undefined],
    ['ends with the newer key', true, ['a', 'b'], ['b'], 'Drop the old key of reader'],
    ['that has ended has nothing to drop', true, ['b'], ['b'], undefined],
  ])('%s', (_, drop, before, after, change) => {
    const made = rotate(drop, before);
    expect(keysOf(made)).toEqual(after);
    expect(made.change).toBe(change);
    expect(names(made)).toEqual(['reader', 'writer']);
  });

  test('of nobody', () => {
    expect(() => rotated({ username: 'nobody', drop_old: false }, { consumers, key })).toThrow(
      expect.objectContaining({
        code: 'consumer_not_found',
        details: [
          { path: '/username', message: 'reader' },
          { path: '/username', message: 'writer' },
        ],
      }),
    );
  });
});

describe('revoke', () => {
  test('leaves the others', () => {
    const change = revoked('reader', consumers);
    expect(change).toMatchObject({ consumers: [writer], consumer: undefined, change: 'Remove the consumer reader' });
  });

  test('of nobody changes nothing', () => {
    expect(revoked('nobody', consumers)).toEqual({
      consumers,
      consumer: undefined,
      said: 'There is no consumer nobody, so no key of that name is let in',
    });
  });
});
