import { isIPv4, isIPv6 } from 'node:net';

/**
 * A network in CIDR notation as it is commonly written: the address in its shortest form, a single address with its full
 * prefix. An object with the problem for what is no network, or names one by another than its first address.
 */
export function readCidr(text: string): string | { problem: string } {
  const [, given = '', prefixText] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const bits = bitsOf(given);
  const prefix = prefixText === undefined ? bits.length : Number(prefixText);
  if (bits === '' || prefix > bits.length) return { problem: 'is no network, such as 203.0.113.0/24, and no address' };
  if (bits.slice(prefix).includes('1')) {
    return { problem: `has bits set behind its prefix: ${given} is not the first address of its /${prefix}` };
  }
  return `${shortest(given)}/${prefix}`;
}

/** The shortest spelling of an address: RFC 5952's for IPv6, as URLs have it. */
function shortest(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/** An address in binary; empty for what is none. */
function bitsOf(address: string): string {
  if (isIPv4(address)) return binary(address.split('.').map(Number), 8);
  if (!isIPv6(address)) return '';
  const [head = [], tail = []] = shortest(address)
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(8 - head.length - tail.length).fill('0');
  return binary(
    [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16)),
    16,
  );
}

function binary(numbers: readonly number[], width: number): string {
  return numbers.map((number) => number.toString(2).padStart(width, '0')).join('');
}
