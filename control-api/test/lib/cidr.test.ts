import { expect, test } from 'vitest';
import { readCidr } from '../../src/lib/cidr.ts';

test.each([
  ['203.0.113.0/24', '203.0.113.0/24'],
  ['203.0.113.7', '203.0.113.7/32'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['203.0.113.128/25', '203.0.113.128/25'],
  ['::/0', '::/0'],
  ['2001:DB8::1', '2001:db8::1/128'],
  ['2001:0db8:0000::/32', '2001:db8::/32'],
  ['2001:db8:0:0:1::/80', '2001:db8:0:0:1::/80'],
])('%s is %s', (text, network) => expect(readCidr(text)).toBe(network));

test.each([...['203.0.113.7/24', '203.0.113.129/25', '0.0.0.1/0', '2001:db8::1/32', '::1/0']])(
  '%s is not the first address of its network',
  (text) => expect(readCidr(text)).toMatchObject({ problem: expect.stringContaining('bits set behind its prefix') }),
);

test.each([
  ...[
    '',
    'everybody',
    '300.1.1.1/8',
    '203.0.113/24',
    '203.0.113.0/33',
    '203.0.113.0/',
    '203.0.113.0/-1',
    '010.0.0.0/8',
  ],
  ...['::/129', ':::/0', '2001:db8::/32/32', 'fe80::1%eth0', '10.0.0.0/8;', '1::2::3', '/24', 'g::/16'],
])('%j is no network', (text) =>
  expect(readCidr(text)).toMatchObject({ problem: expect.stringContaining('is no network') }),
);
