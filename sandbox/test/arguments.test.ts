import { expect, test } from 'vitest';
import { parseArguments, UsageError, usage } from '../src/arguments.ts';

test('all have defaults', () => {
  expect(parseArguments([])).toEqual({
    token: undefined,
    keep: false,
    machines: false,
    port: 8000,
    lightsailPort: 4566,
    controlApi: expect.stringMatching(/control-api\/src\/server\.ts$/),
    help: false,
  });
});

test('each can be set, and the usage names it', () => {
  const argv = [
    '--token',
    't',
    '--keep',
    '--machines',
    '--port',
    '1',
    '--lightsail-port=0',
    '--control-api',
    'x',
    '--help',
  ];
  expect(parseArguments(argv)).toEqual({
    token: 't',
    keep: true,
    machines: true,
    port: 1,
    lightsailPort: 0,
    controlApi: 'x',
    help: true,
  });
  for (const option of argv.filter((word) => word.startsWith('--'))) expect(usage).toContain(option.split('=')[0]);
});

test.each([
  [['--tokn', 'x'], '--tokn'],
  [['--token'], '--token'],
  [['--keep=yes'], '--keep'],
  [['word'], 'word'],
  [['--port', '0'], '--port takes a port'],
  [['--port', '99999'], '--port takes a port'],
  [['--lightsail-port', '4e3'], '--lightsail-port takes a port'],
])('%j is refused by name', (argv, named) => {
  expect(() => parseArguments(argv)).toThrow(UsageError);
  expect(() => parseArguments(argv)).toThrow(named);
});
