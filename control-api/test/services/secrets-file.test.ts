import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { Secret } from '../../src/lib/secret.ts';
import type { Consumer } from '../../src/schemas/secrets-file.ts';
import { createSecretsFile } from '../../src/services/secrets-file.ts';

const KEY = 'key-of-a-reader-0001';
const OTHER_KEY = 'key-of-a-writer-0002';
const GOOD = `# Ours.
apps:
  story-factory-api:
    # From the database's console.
    API_TOKEN: "s3cret: value"
consumers:
  # The custom GPT.
  - username: reader
    keys: [${KEY}] # since November
    access: {all: read}
  - username: writer
    keys: [${OTHER_KEY}]
    access: {all: read, story-factory-api: write}
    limits: {minute: 5}
`;

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'secrets-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function fileWith(text: string, mode = 0o600) {
  const path = join(await folder(), 'secrets.yaml');
  await writeFile(path, text, { mode });
  return createSecretsFile(path);
}

async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw error ?? new Error('it was taken');
  return error;
}

const reader = { username: 'reader', keys: [new Secret(KEY)], access: { all: 'read' } } satisfies Consumer;

describe('reading', () => {
  test('a good file, with values that print as redacted', async () => {
    const { apps, consumers } = await (await fileWith(GOOD)).read();
    expect(apps['story-factory-api']?.API_TOKEN?.reveal()).toBe('s3cret: value');
    expect(consumers.map(({ keys, ...rest }) => ({ ...rest, keys: keys.map((key) => key.reveal()) }))).toEqual([
      { username: 'reader', keys: [KEY], access: { all: 'read' } },
      {
        username: 'writer',
        keys: [OTHER_KEY],
        access: { all: 'read', 'story-factory-api': 'write' },
        limits: { minute: 5 },
      },
    ]);
    expect(JSON.stringify({ apps, consumers })).not.toMatch(/s3cret|key-of/);
  });

  test('no file, an empty one and one of comments say nothing', async () => {
    const nothing = { apps: {}, consumers: [] };
    expect(await createSecretsFile(join(await folder(), 'none.yaml')).read()).toEqual(nothing);
    expect(await (await fileWith('')).read()).toEqual(nothing);
    expect(await (await fileWith('# nothing yet\n', 0o400)).read()).toEqual(nothing);
  });

  test.each([0o640, 0o604, 0o644, 0o700, 0o660])('mode %o is refused, with the command that mends it', async (mode) => {
    const file = await fileWith(GOOD);
    await chmod(file.path, mode);
    const said = `0${mode.toString(8)}`;
    expect(await refusal(file.read())).toMatchObject({
      code: 'secrets_file_unusable',
      status: 400,
      message: `${file.path} has mode ${said}; 0600 or 0400 is wanted.`,
      hint: `chmod 600 ${file.path}`,
    });
  });

  test('a folder is no file', async () => {
    const path = join(await folder(), 'secrets.yaml');
    await mkdir(path, { mode: 0o600 });
    expect(await refusal(createSecretsFile(path).read())).toMatchObject({ message: `${path} is not a file.` });
  });

  const reading = (text: string) => GOOD.replace(`    access: {all: read}\n`, text);
  test.each<[string, string, number, string, RegExp]>([
    [
      'no YAML',
      GOOD.replace('[key-of-a-writer-0002]', '@key-of-a-writer-0002'),
      12,
      '',
      /^is no YAML: bad scalar start$/,
    ],
    ['an alias', GOOD.replace('"s3cret: value"', '*s3cret'), 1, '', /^is no YAML: /],
    ['an unknown field', reading('    acess: {all: read}\n'), 10, 'consumers.0.acess', /did you mean access\?/],
    ['no access', reading(''), 8, 'consumers.0.access', /^is missing$/],
    ['access to nothing', reading('    access: {}\n'), 10, 'consumers.0.access', /^names no app$/],
    ['another access', reading('    access: {all: admin}\n'), 10, 'consumers.0.access.all', /neither read nor write/],
    [
      'a name that is no file’s',
      GOOD.replace('username: reader', 'username: ../reader'),
      8,
      'consumers.0.username',
      /lower-case/,
    ],
    [
      'a name twice',
      GOOD.replace('username: writer', 'username: reader'),
      11,
      'consumers.1.username',
      /another consumer/,
    ],
    ['a key twice', GOOD.replace(OTHER_KEY, KEY), 12, 'consumers.1.keys.0', /^is there twice$/],
    ['a short key', GOOD.replace(OTHER_KEY, 'hush-hush'), 12, 'consumers.1.keys.0', /shorter than 16/],
    ['no key', GOOD.replace(OTHER_KEY, ''), 12, 'consumers.1.keys.0', /^is missing$/],
    [
      'three keys',
      GOOD.replace(OTHER_KEY, `${OTHER_KEY}, ${OTHER_KEY}a, ${OTHER_KEY}b`),
      12,
      'consumers.1.keys',
      /more than two/,
    ],
    [
      'a number for a secret',
      GOOD.replace('"s3cret: value"', '5318008'),
      5,
      'apps.story-factory-api.API_TOKEN',
      /^is to be text, not a number$/,
    ],
    [
      'a limit under the shorter one',
      GOOD.replace('{minute: 5}', '{minute: 5, hour: 4}'),
      14,
      'consumers.1.limits.hour',
      /less than minute/,
    ],
  ])('%s is refused with line and field, without any value', async (_, text, line, field, message) => {
    const file = await fileWith(text);
    const error = await refusal(file.read());
    expect(error.code).toBe('secrets_file_unusable');
    expect(error.details).toContainEqual({ file: file.path, line, field, message: expect.stringMatching(message) });
    const told = JSON.stringify([error.message, error.hint, error.details, String(error.cause)]);
    expect(told).not.toMatch(/s3cret|key-of|hush|5318008/);
  });
});

describe('writing consumers', () => {
  const writer = { username: 'writer', keys: [new Secret(OTHER_KEY)], access: { all: 'read' as const } };

  test('makes a file of mode 0600 where there is none, in a folder that is made too', async () => {
    const path = join(await folder(), 'data', 'secrets.yaml');
    const file = createSecretsFile(path);
    await file.setConsumers([reader]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toMatch(
      /^# Values of the secrets .*\n(# .*\n)+\nconsumers:\n {2}- username: reader\n/,
    );
    expect(await file.read()).toMatchObject({ apps: {}, consumers: [{ username: 'reader' }] });
    expect(await readdir(join(path, '..'))).toEqual(['secrets.yaml']);
  });

  test('keeps everything else: comments, secrets of apps, consumers that stay', async () => {
    const file = await fileWith(GOOD);
    const { consumers } = await file.read();
    const added = { username: 'late', keys: [new Secret('a-key-that-came-late')], access: { all: 'write' as const } };
    await file.setConsumers([...consumers, added]);
    const text = await readFile(file.path, 'utf8');
    const ending = '  - username: late\n    keys:\n      - a-key-that-came-late\n    access:\n      all: write\n';
    expect(text.replaceAll(/([[{]) | ([\]}])/g, '$1$2')).toBe(GOOD + ending);
    expect((await file.read()).consumers).toHaveLength(3);
  });

  test('changes what differs in one that is there, and nothing of its neighbours', async () => {
    const file = await fileWith(GOOD);
    const [first, second] = (await file.read()).consumers as [Consumer, Consumer];
    await file.setConsumers([
      { ...first, keys: [...first.keys, new Secret('the-next-key-of-reader')] },
      { ...second, limits: undefined },
    ]);
    const text = await readFile(file.path, 'utf8');
    expect(text).toContain('# The custom GPT.');
    expect(text).toContain('the-next-key-of-reader');
    expect(text).not.toContain('minute');
    expect((await file.read()).consumers).toMatchObject([
      { username: 'reader', keys: [{}, {}] },
      { username: 'writer' },
    ]);
  });

  test('takes away those that are not named, also the last', async () => {
    const file = await fileWith(GOOD);
    const [, second] = (await file.read()).consumers as [Consumer, Consumer];
    await file.setConsumers([second]);
    expect(await readFile(file.path, 'utf8')).not.toContain(KEY);
    await file.setConsumers([]);
    expect(await file.read()).toMatchObject({ consumers: [], apps: { 'story-factory-api': {} } });
    await file.setConsumers([writer]);
    expect(await file.read()).toMatchObject({ consumers: [{ username: 'writer' }] });
  });

  test('of those that are there writes nothing', async () => {
    const file = await fileWith(GOOD, 0o400);
    const before = await stat(file.path);
    await file.setConsumers((await file.read()).consumers);
    expect((await stat(file.path)).ino).toBe(before.ino);
  });

  test('reads again whatever key was written', async () => {
    const file = await fileWith('# only a comment\n');
    const keys = [
      '1234567890123456',
      '0x1234567890abcdef',
      '~~~~~~~~~~~~~~~~',
      '----------------',
      '1.5e+1000000000000',
    ];
    const consumers = keys.map((key, at) => ({
      username: `u${at}`,
      keys: [new Secret(key)],
      access: { all: 'read' as const },
    }));
    await file.setConsumers(consumers);
    expect((await file.read()).consumers.map(({ keys: [key] }) => key?.reveal())).toEqual(keys);
    expect(await readFile(file.path, 'utf8')).toMatch(/^# only a comment\n/);
  });

  test('refuses what could not be read again, and leaves the file as it is', async () => {
    const file = await fileWith(GOOD);
    const error = await refusal(file.setConsumers([reader, { ...reader, username: 'double' }]));
    expect(error).toMatchObject({ code: 'secrets_file_unusable' });
    expect(error.message).not.toContain(KEY);
    expect(await readFile(file.path, 'utf8')).toBe(GOOD);
  });

  test('refuses a file that others can read or that is malformed, and leaves it as it is', async () => {
    const open = await fileWith(GOOD, 0o644);
    expect(await refusal(open.setConsumers([]))).toMatchObject({ hint: `chmod 600 ${open.path}` });
    const broken = await fileWith('consumers: 7\n');
    expect(await refusal(broken.setConsumers([]))).toMatchObject({ code: 'secrets_file_unusable' });
    expect(await readFile(broken.path, 'utf8')).toBe('consumers: 7\n');
  });

  test('goes through a link', async () => {
    const { path } = await fileWith(GOOD);
    const link = join(await folder(), 'link.yaml');
    await symlink(path, link);
    await createSecretsFile(link).setConsumers([reader]);
    expect(await readFile(path, 'utf8')).not.toContain('writer');
  });
});
