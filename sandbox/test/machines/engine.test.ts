import { expect, test } from 'vitest';
import { networksOf } from '../../src/machines/engine.ts';

test('networks that a computer has ways to are read from its table of routes', () => {
  const table = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT   ',
    'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0   ',
    'br-a1987d7db875\t00011AAC\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0   ',
    'br-3df3df150140\t00FE1AAC\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0   ',
    '',
  ];
  expect(networksOf(table.join('\n'))).toEqual(['0.0.0.0', '172.26.1.0', '172.26.254.0']);
});
