import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Captured, type Step, type Text } from '../../src/lib/command.ts';
import { Secret } from '../../src/lib/secret.ts';
import { secretNameSchema } from '../../src/schemas/app-fields.ts';
import { ATTACKS, hostile, oneLine } from './attacks.ts';
import { createPlayground, type Playground, script, step } from './in-bash.ts';

let host: Playground;
beforeAll(async () => {
  host = await createPlayground();
  // Whatever is executed without having been asked for, leaves a trace.
  await host.program('canary', 'touch "$FOLDER/executed"');
});
afterAll(() => host.remove());

const WORDS = 'printf "%s\\0" "$@" >"$FOLDER/words"';

/** Runs the steps; all must succeed, and nothing but what they named may have run. */
async function run(steps: readonly Step[]): Promise<void> {
  const { status, outcomes } = await host.steps(steps, { holder: ATTACKS.join('').replaceAll('\n', '') }).ended;
  expect(outcomes.join(), outcomes.join()).not.toContain('failed');
  expect(status).toBe('ok');
  expect(await readdir(host.path('.'))).not.toContain('executed');
}

const read = (name: string) => readFile(host.path(name), 'utf8');

test('the canary sings when it is called', async () => {
  const other = await createPlayground();
  await other.program('canary', 'touch "$FOLDER/executed"');
  await other.steps([step({ verb: 'run', argv: ['bash', '-c', `true ${ATTACKS[0]}`] })]).ended;
  expect(await other.files()).toEqual(['executed']);
  await other.remove();
});

test('words, environment, stdin and contents arrive byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(hostile, { maxLength: 6 }),
      hostile,
      hostile,
      hostile,
      async (words, env, stdin, content) => {
        const line = `${WORDS}; printf "%s" "$V" >"$FOLDER/env"; cat >"$FOLDER/stdin"`;
        await run([
          step({
            verb: 'run',
            argv: ['bash', '-c', line, '--', ...words],
            env: { V: new Secret(env) },
            stdin: [new Secret(stdin), stdin],
          }),
          step({ verb: 'write_file', path: host.path('content'), mode: '0600', content }),
          step({ verb: 'write_list', path: host.path('list'), mode: '0600', items: words }),
        ]);
        const ended = words.length > 0 ? words.map((word) => `${word}\0`).join('') : '\0';
        expect(await read('words')).toBe(ended);
        expect(await read('env')).toBe(env);
        expect(await read('stdin')).toBe(stdin + stdin);
        expect(await read('content')).toBe(content);
        expect(await read('list')).toBe(ended);
      },
    ),
    { numRuns: 30 },
  );
});

test('so do paths, guards and what a program printed and a later step is given', async () => {
  const name = oneLine.map((text) => text.replaceAll('/', '').slice(0, 40));
  const captured: Text = ['<', new Captured('v'), '>'];
  await fc.assert(
    fc.asyncProperty(name, oneLine, hostile, async (file, value, word) => {
      const path = host.path(`file ${file}`);
      await run([
        step({ verb: 'write_file', path, mode: '0600', content: word }),
        step({ verb: 'capture', variable: 'v', prefix: 'p:', argv: ['printf', '%s\\n', `p:${value}`] }),
        step({ verb: 'run', argv: ['bash', '-c', WORDS, '--', ['<', new Captured('v'), '>'], word] }),
        step({ verb: 'write_file', path: host.path('content'), mode: '0600', content: captured }),
        { ...step({ verb: 'run', argv: ['rm', path] }), guard: ['test', '!', '-e', path, '-a', word] },
        { ...step({ verb: 'run', argv: ['false'] }), guard: ['test', '!', '-e', path] },
      ]);
      expect(await read('words')).toBe(`<${value}>\0${word}\0`);
      expect(await read('content')).toBe(`<${value}>`);
    }),
    { numRuns: 30 },
  );
});

test('and what a release says', async () => {
  await host.program('docker', `${WORDS}; printf "%s" "$TOKEN" >"$FOLDER/env"`);
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { maxLength: 4 }), hostile, oneLine, async (words, secret, replaces) => {
      const items = ['{}', '1', ['TOKEN=', new Secret(secret)], ...words];
      await run([
        step({ verb: 'write_list', path: host.path('r.release'), mode: '0600', items }),
        step({ verb: 'run_release', file: host.path('r.release'), replaces }),
      ]);
      const expected = ['run', '--detach', '--label', `fountain.replaces=${replaces}`, ...words, ''];
      expect((await read('words')).split('\0')).toEqual(expected);
      expect(await read('env')).toBe(secret);
    }),
    { numRuns: 15 },
  );
});

/** Names that could mean something to bash or to the script itself, as far as a secret may have them. */
function namesInUse(): string[] {
  const known = execFileSync('bash', ['-c', 'compgen -v'], { encoding: 'utf8' }).split('\n');
  const unset = [
    'EXECIGNORE',
    'FUNCNAME',
    'GLOBIGNORE',
    'HISTCMD',
    'IFS',
    'LANG',
    'MAILCHECK',
    'MAPFILE',
    'REPLY',
    'TMOUT',
  ];
  const own = script.match(/\b[a-z_]+\b/g) ?? [];
  return [...new Set([...known, ...unset, ...own])].filter((name) => secretNameSchema.safeParse(name).success);
}

test('a secret may have any name that the schema lets through, whatever bash or the script use it for', async () => {
  // As a number, bash would evaluate it.
  const value = 'BASH_VERSINFO[$(canary)]';
  const names = namesInUse();
  expect(names).toEqual(expect.arrayContaining(['OPTIND', 'RANDOM', 'environment', 'release', 'fields', 'seconds']));
  // As it was given: a shell sets some of these itself, for what it starts.
  await host.program('docker', 'cat /proc/$$/environ >"$FOLDER/env"');
  await run([
    step({
      verb: 'write_list',
      path: host.path('r.release'),
      mode: '0600',
      items: ['{}', String(names.length), ...names.map((name) => `${name}=${value}`), 'image'],
    }),
    step({ verb: 'run_release', file: host.path('r.release'), replaces: '' }),
  ]);
  const arrived = new Map((await read('env')).split('\0').map((pair) => pair.split(/=(.*)/s) as [string, string]));
  expect(names.filter((name) => arrived.get(name) !== value)).toEqual([]);
});
