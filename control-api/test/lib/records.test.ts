import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Action, Captured, type Step } from '../../src/lib/command.ts';
import {
  createMarkerParser,
  describeStep,
  encodeFacts,
  encodeSteps,
  flattenSteps,
  type RunnerEvent,
} from '../../src/lib/records.ts';
import { Secret } from '../../src/lib/secret.ts';

const envelope = { nonce: 'n0', lock: '/l', holder: 'h' };
const step = (action: Action, more: Partial<Step> = {}): Step => ({
  name: 'a step',
  effect: 'change',
  timeoutS: 9,
  action,
  ...more,
});

interface Decoded {
  head: string[];
  records: {
    role: string;
    name: string;
    limit: string;
    verb: string;
    env: string[];
    data?: string;
    argv: string[];
    guard: string[];
  }[];
}

/** Reads an input as host-runner.sh does; throws when it is not whole. */
function decode(input: string): Decoded {
  const fields = input.split('\0');
  expect(fields.pop()).toBe('');
  expect(fields[6]).toBe(String(fields.length));
  const rest = fields.slice(7);
  const take = () => rest.shift() as string;
  const list = () => Array.from({ length: Number(take()) }, take);
  const records: Decoded['records'] = [];
  while (rest[0] !== 'END') {
    const [role, name, limit, verb] = [take(), take(), take(), take()];
    const env = list();
    const data = take() === '1' ? { data: take() } : {};
    records.push({ role, name, limit, verb, env, ...data, argv: list(), guard: list() });
  }
  expect(rest).toEqual(['END']);
  return { head: fields.slice(0, 6), records };
}

const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', ''));

describe('encoding', () => {
  test('whatever is in a record comes out of it, and nothing of the next one', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            name: text,
            argv: fc.array(text),
            env: fc.dictionary(fc.constantFrom('A', 'B'), text),
            stdin: text,
            guard: fc.array(text),
          }),
        ),
        (wanted) => {
          const steps = wanted.map(({ name, argv, env, stdin, guard }) =>
            step({ verb: 'run', argv, env, stdin: new Secret(stdin) }, { name, guard }),
          );
          expect(decode(encodeSteps([], 'd', steps, envelope)).records).toEqual(
            wanted.map(({ name, argv, env, stdin, guard }) => ({
              ...{ role: 'step', name, limit: '9', verb: 'run', argv, guard, data: stdin },
              env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
            })),
          );
        },
      ),
    );
  });

  test('facts come first, then steps with their rescues behind them', () => {
    const probes = [
      { name: 'f', action: { verb: 'run' as const, argv: ['x'] } },
      { name: 'v', action: { verb: 'read_releases' as const, directory: '/d' }, volatile: true, timeoutS: 3 },
    ];
    const inner = step({ verb: 'remove_file', path: '/r' }, { name: 'undo' });
    const { head, records } = decode(
      encodeSteps(probes, 'digest', [step({ verb: 'run', argv: ['y'] }, { rescue: [inner] })], envelope),
    );
    expect(head).toEqual(['FOUNTAIN/1', 'n0', 'steps', '/l', 'h', 'digest']);
    expect(records.map(({ role, name, limit }) => `${role} ${name} ${limit}`)).toEqual([
      'fact f 20',
      'volatile v 3',
      'step a step 9',
      'rescue undo 9',
    ]);
    expect(decode(encodeFacts(probes, envelope)).head[2]).toBe('facts');
    expect(flattenSteps([step({ verb: 'run', argv: [] }, { rescue: [inner] })]).map(({ role }) => role)).toEqual([
      'step',
      'rescue',
    ]);
  });

  test.each<[Action, { argv: string[]; data?: string }]>([
    [{ verb: 'run_merged', argv: ['a'] }, { argv: ['a'] }],
    [{ verb: 'run_accepting', codes: [0, 2], argv: ['a'] }, { argv: ['0,2', 'a'] }],
    [{ verb: 'capture', variable: 'v', prefix: 'p', argv: ['a'] }, { argv: ['v', 'p', 'a'] }],
    [
      { verb: 'write_file', path: '/f', mode: '0600', content: 'c', before: 'b' },
      { argv: ['/f', '0600'], data: 'c' },
    ],
    [{ verb: 'write_list', path: '/f', mode: '0600', items: ['i', 'j'] }, { argv: ['/f', '0600', 'i', 'j'] }],
    [{ verb: 'remove_file', path: '/f' }, { argv: ['/f'] }],
    [
      { verb: 'wait_until', argv: ['a'], want: 'w', stop: 's', intervalS: 5, times: 2 },
      { argv: ['5', '2', 'w', 's', 'a'] },
    ],
    [
      { verb: 'docker_auth', argv: ['a'], config: new Secret('c') },
      { argv: ['a'], data: 'c' },
    ],
    [{ verb: 'run_release', file: '/f', replaces: 'r' }, { argv: ['/f', 'r'] }],
    [{ verb: 'run_release', file: '/f', replaces: 'r', options: ['-p', '1:2'] }, { argv: ['/f', 'r', '-p', '1:2'] }],
    [{ verb: 'read_releases', directory: '/d' }, { argv: ['/d'] }],
    [{ verb: 'wait_healthy', container: 'c', url: 'u', times: 3 }, { argv: ['c', 'u', '3'] }],
    [{ verb: 'wait_healthy', container: 'c', url: 'u', times: 3, steady: 4 }, { argv: ['c', 'u', '3', '4'] }],
  ])('%j', (action, wanted) => {
    const [record] = decode(encodeSteps([], '', [step(action)], envelope)).records;
    expect(record).toEqual({
      role: 'step',
      name: 'a step',
      limit: '9',
      verb: action.verb,
      env: [],
      guard: [],
      ...wanted,
    });
  });

  test('a captured value has a placeholder that only this run knows', () => {
    const argv = [['<', new Captured('v'), '>'], new Captured('v')];
    expect(decode(encodeSteps([], '', [step({ verb: 'run', argv })], envelope)).records[0]?.argv).toEqual([
      '<@{n0:v}>',
      '@{n0:v}',
    ]);
  });

  test('a NUL cannot be sent', () => {
    expect(() => encodeSteps([], '', [step({ verb: 'run', argv: ['a\0b'] })], envelope)).toThrow(TypeError);
  });
});

describe('describing a step', () => {
  const key = Buffer.from('key');
  const secretText = fc.string({ unit: 'grapheme-ascii', minLength: 8 }).map((value) => `<${value}>`);

  function stepsWith(secret: string): Step[] {
    const value = new Secret(secret);
    const actions: Action[] = [
      { verb: 'run', argv: ['a'], env: { E: ['x', value] }, stdin: value },
      { verb: 'run_accepting', codes: [0], argv: ['a'], env: { E: value } },
      { verb: 'write_file', path: '/f', mode: '0600', content: ['a\n', value, '\nb\n'], before: `a\nold ${secret}\nb` },
      {
        verb: 'write_file',
        path: '/f',
        mode: '0600',
        content: ['a\npassword: ', value, '\n'],
        before: `a\npassword: ${secret}`,
      },
      { verb: 'write_list', path: '/f', mode: '0600', items: ['{}', ['E=', value]] },
      { verb: 'docker_auth', argv: ['a'], config: ['{', value, '}'] },
    ];
    return actions.map((action) => step(action, { rescue: [step(action)] }));
  }

  test('never shows a secret, to people or in what is hashed', () => {
    fc.assert(
      fc.property(secretText, (secret) => {
        for (const described of stepsWith(secret)) {
          const seen = [describeStep(described), describeStep(described, key), described].map((view) =>
            JSON.stringify(view),
          );
          const inner = JSON.stringify(secret).slice(1, -1);
          // The step itself holds the file's old text, which is the host's.
          if (described.action.verb === 'write_file') seen.pop();
          for (const view of seen) expect(view).not.toContain(inner);
        }
      }),
    );
  });

  test('hashes two secrets differently, and one the same each time', () => {
    for (const [index, one] of stepsWith('secret one').entries()) {
      expect(describeStep(one, key)).toEqual(describeStep(stepsWith('secret one')[index] as Step, key));
      expect(describeStep(one, key)).not.toEqual(describeStep(stepsWith('secret two')[index] as Step, key));
      expect(describeStep(one, key)).not.toEqual(describeStep(one, Buffer.from('another key')));
    }
  });

  test('a file is shown by its digest and by what changes in it, which counts for nothing in the hash', () => {
    const write = (content: string, before?: string) =>
      step({ verb: 'write_file', path: '/f', mode: '0644', content, ...(before === undefined ? {} : { before }) });
    const shown = describeStep(write('a\nb\nc\n', 'a\nx\nc'));
    expect(shown).toMatchObject({
      verb: 'write_file',
      path: '/f',
      mode: '0644',
      content: expect.stringMatching(/^sha256:/),
    });
    expect(shown.diff).toBe('@@ -1,3 +1,3 @@\n a\n-x\n+b\n c\n');
    expect(shown).not.toHaveProperty('before');
    expect(describeStep(write('a'))).not.toHaveProperty('diff');
    expect(describeStep(write('a', 'b'), key)).toEqual(describeStep(write('a', 'c'), key));
    expect(describeStep(write('a'), key)).not.toEqual(describeStep(write('b'), key));
  });

  test('what is removed from a file with secrets is not shown, since it may be an older one', () => {
    const content = ['user: u\npassword: ', new Secret('new-secret'), '\nhost: h\n'];
    const { diff } = describeStep(
      step({
        verb: 'write_file',
        path: '/f',
        mode: '0600',
        content,
        before: 'user: u\npassword: old\rsecret\nhost: h',
      }),
    );
    expect(diff).toBe('@@ -1,3 +1,3 @@\n user: u\n-[redacted]\n+password: [redacted]\n host: h\n');
  });

  test('shows guards, captured values and rescues', () => {
    const described = step(
      { verb: 'run', argv: ['a', new Captured('digest')] },
      { guard: ['test', '-e', '/f'], rescue: [step({ verb: 'remove_file', path: '/r' }, { name: 'undo' })] },
    );
    expect(describeStep(described)).toMatchObject({
      argv: ['a', '<digest>'],
      guard: ['test', '-e', '/f'],
      rescue: [{ name: 'undo', verb: 'remove_file', path: '/r' }],
    });
  });
});

describe('the marker parser', () => {
  function parse(output: string): RunnerEvent[] {
    const events: RunnerEvent[] = [];
    output.split('\n').forEach(createMarkerParser('n0', (event) => events.push(event)));
    return events;
  }

  test('tells markers from output, and drops the line feed before a marker only', () => {
    const output = '\n\x1en0 begin 4\n\na\n\n\n\x1en0 end 4 changed 0 12\n\n\x1en0 digest abc\n\n\x1en0 done ok\n';
    expect(parse(output)).toEqual([
      { type: 'begin', record: 4 },
      { type: 'output', record: 4, text: '' },
      { type: 'output', record: 4, text: 'a' },
      { type: 'output', record: 4, text: '' },
      { type: 'end', record: 4, outcome: 'changed', exit: 0, ms: 12 },
      { type: 'digest', digest: 'abc' },
      { type: 'done', status: 'ok' },
    ]);
  });

  test('takes markers of another run for output, and what comes outside of records for nobody’s', () => {
    expect(parse('motd\n\x1en1 done ok\n \x1en0 done ok')).toEqual(
      ['motd', '\x1en1 done ok', ' \x1en0 done ok'].map((line) => ({ type: 'output', record: null, text: line })),
    );
  });
});
