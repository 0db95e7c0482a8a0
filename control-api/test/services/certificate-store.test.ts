import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/lib/secret.ts';
import { createCertificateStore } from '../../src/services/certificate-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

const directory = 'https://acme.example.net/directory';

const staging = 'https://acme-staging.example.net/directory';

/** `born` is the day of November from which on it counts; `from` is where it comes from. */
async function made(names: readonly string[], born = 1, from = directory) {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'someone' }], {
    keyType: 'ec',
    notBeforeDate: new Date(Date.UTC(2026, 10, born)),
    notAfterDate: new Date(Date.UTC(2027, 1, born)),
    extensions: [{ name: 'subjectAltName', altNames: names.map((value) => ({ type: 2 as const, value })) }],
  });
  return { certificate: cert, key: new Secret(key), directory: from };
}

const on = (day: string) => ({ directory, clock: { now: () => new Date(day) } });

async function setUp() {
  const folder = join(await temporaryFolder(), 'certificates');
  return { folder, store: createCertificateStore(folder, on('2026-11-21')) };
}

test('what is put is what is listed, in a file of the owner’s alone', async () => {
  const { folder, store } = await setUp();
  expect(await store.list()).toEqual([]);
  const one = await made(['www.example.com', '*.example.com', 'example.com']);
  const put = await store.put(one);
  const names = ['*.example.com', 'example.com', 'www.example.com'];
  expect(put).toMatchObject({ names, issuedFor: names, directory, issuer: 'someone' });
  expect(put.notAfter.toISOString()).toBe('2027-02-01T00:00:00.000Z');
  expect(put.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect(put.certificate.trim()).toBe(one.certificate.trim());
  expect(put.key.reveal().trim()).toBe(one.key.reveal().trim());
  const listed = await store.list();
  expect(listed).toEqual([put]);
  expect((await stat(put.path)).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(JSON.stringify(listed)).not.toContain('PRIVATE KEY');
});

test('a renewed one takes the place of the one before', async () => {
  const { folder, store } = await setUp();
  const before = await store.put(await made(['example.com'], 1));
  const after = await store.put(await made(['example.com'], 5));
  expect(after.path).toBe(before.path);
  expect(await store.list()).toEqual([after]);
  expect(await readdir(folder)).toHaveLength(1);
});

test('no name is served twice: the newer one has it, and one that has all names of another replaces it', async () => {
  const { folder, store } = await setUp();
  await store.put(await made(['a.example.com'], 1));
  await store.put(await made(['a.example.com', 'b.example.com'], 2));
  await store.put(await made(['b.example.com', 'c.example.com'], 3));
  expect((await store.list()).map(({ names }) => names)).toEqual([
    ['b.example.com', 'c.example.com'],
    ['a.example.com'],
  ]);
  expect(await readdir(folder)).toHaveLength(2);
});

test('one that others together have all the names of is listed, and serves none', async () => {
  const { store } = await setUp();
  await store.put(await made(['a.example.com', 'b.example.com'], 1));
  for (const [born, name] of [[2, 'a.example.com'] as const, [3, 'b.example.com'] as const]) {
    await store.put(await made([name], born));
  }
  expect((await store.list()).map(({ names }) => names)).toEqual([['b.example.com'], ['a.example.com'], []]);
});

describe('of two directories', () => {
  test('the one takes no place of a certificate of the other, and the one that is set serves the names that both have', async () => {
    const { folder, store } = await setUp();
    const production = await store.put(await made(['example.com'], 1));
    const tried = await store.put(await made(['example.com', '*.example.com'], 5, staging));
    expect((await store.list()).map(({ path, names }) => [path, names])).toEqual([
      [production.path, ['example.com']],
      [tried.path, ['*.example.com']],
    ]);
    const [first] = await createCertificateStore(folder, { ...on('2026-11-21'), directory: staging }).list();
    expect(first).toEqual(tried);
  });

  test('the same names are two files', async () => {
    const { store } = await setUp();
    const tried = await store.put(await made(['example.com'], 5, staging));
    const production = await store.put(await made(['example.com'], 1));
    expect((await store.list()).map(({ path, names }) => [path, names])).toEqual([
      [production.path, ['example.com']],
      [tried.path, []],
    ]);
  });
});

test('an expired one serves no name that a valid one has, by itself or by a wildcard', async () => {
  const { folder, store } = await setUp();
  const wide = await store.put(await made(['*.example.com', 'example.com'], 1));
  const exact = await store.put(await made(['api.example.com', 'a.api.example.com'], 2));
  const renewed = await store.put(await made(['*.example.com'], 20));
  const served = async (day: string) =>
    (await createCertificateStore(folder, on(day)).list()).map(({ path, names }) => [path, names]);
  expect(await served('2027-01-31')).toEqual([
    [renewed.path, ['*.example.com']],
    [exact.path, ['a.api.example.com', 'api.example.com']],
    [wide.path, ['example.com']],
  ]);
  expect(await served('2027-02-10')).toEqual([
    [renewed.path, ['*.example.com']],
    [exact.path, ['a.api.example.com']],
    [wide.path, ['example.com']],
  ]);
});

test('a certificate with the key of another is not kept', async () => {
  const { folder, store } = await setUp();
  const there = await store.put(await made(['example.com']));
  const { certificate } = await made(['example.com']);
  const { key } = await made(['example.com']);
  await expect(store.put({ certificate, key, directory })).rejects.toThrow('key');
  expect(await store.list()).toEqual([there]);
  expect(await readdir(folder)).toHaveLength(1);
});

test.each([
  ['nothing', ''],
  ['a certificate without a key', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
])('a file with %s is named, and its text is not told', async (_, text) => {
  const { folder, store } = await setUp();
  await mkdir(folder);
  await writeFile(join(folder, 'odd.pem'), text);
  const failure = await store.list().catch((error) => error);
  expect(failure).toMatchObject({ code: 'journal_unavailable', message: expect.stringContaining('odd.pem') });
  expect(failure.message).not.toContain('MIIB');
});

test('a folder that cannot be made is told', async () => {
  const inTheWay = join(await temporaryFolder(), 'file');
  await writeFile(inTheWay, '');
  const store = createCertificateStore(join(inTheWay, 'certificates'), on('2026-11-21'));
  await expect(store.put(await made(['example.com']))).rejects.toMatchObject({ code: 'journal_unavailable' });
});
