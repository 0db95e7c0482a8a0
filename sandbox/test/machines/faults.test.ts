import { expect, test } from 'vitest';
import { createMachineFaults, type FaultsOptions } from '../../src/machines/faults.ts';

test('a real machine refuses what only virtual ones play, and says what it knows', () => {
  const faults = createMachineFaults({} as FaultsOptions);
  const check = (fault: Parameters<typeof faults.check>[0]) => () => faults.check(fault);
  expect(check({ type: 'oom_kill', unit: 'opensearch' })).toThrow(TypeError);
  expect(check({ type: 'port_taken', port: 80, program: 'apache2' })).toThrow(
    /^a real machine knows the faults slow, refuse, /,
  );
  expect(check({ type: 'half_configured', package: 'opensearch' })).toThrow(TypeError);
  expect(check({ type: 'unit_fails', unit: 'kong', lines: ['x'] })).toThrow(TypeError);
  expect(check({ type: 'disk_full' })).not.toThrow();
});
