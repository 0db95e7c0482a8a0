import { expect, test } from 'vitest';
import { addressAdvice, machinesProblem } from '../src/platform.ts';

test('Linux has the addresses, elsewhere each one that is missing is named as a command', () => {
  expect(addressAdvice('linux', 10, [])).toBeUndefined();
  const advice = addressAdvice('darwin', 10, ['127.0.0.1', '127.0.10.11'])?.split('\n') ?? [];
  expect(advice).toContain('  sudo ifconfig lo0 alias 127.0.10.12 up');
  expect(advice).toContain('  sudo ifconfig lo0 alias 127.1.10.11 up');
  expect(advice).toContain('  sudo ifconfig lo0 alias 127.101.10.11 up');
  expect(advice).not.toContain('  sudo ifconfig lo0 alias 127.0.10.11 up');
  const typed = advice.flatMap((line) => /alias (\S+)/.exec(line)?.[1] ?? []);
  expect(addressAdvice('darwin', 10, ['127.0.10.11', ...typed])).toBeUndefined();
});

test('machines need Linux, root and an engine, asked for in this order', () => {
  const without = () => false;
  expect(machinesProblem('darwin', 0, without)).toContain('Linux');
  expect(machinesProblem('linux', 1000, without)).toContain('root');
  expect(machinesProblem('linux', 0, without)).toContain('docker.io');
  expect(machinesProblem('linux', 0, () => true)).toBeUndefined();
});
