import { BlockList, isIPv6 } from 'node:net';
import type { Answer } from '../answers.ts';
import type { Plugin } from './plugin.ts';

interface Config {
  allow?: string[];
  deny?: string[];
  status?: number;
  message?: string;
}

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');

/** kong/plugins/ip-restriction/handler.lua: from which addresses one may ask. */
export const ipRestriction: Plugin = {
  priority: 990,
  create({ allow = [], deny = [], status = 403, message }: Config) {
    const [allowed, denied] = [listOf(allow), listOf(deny)];
    return {
      access({ clientIp }): Answer | undefined {
        const isIn = (list: BlockList) => list.check(clientIp, familyOf(clientIp));
        const fits = !isIn(denied) && (allow.length === 0 || isIn(allowed));
        return fits ? undefined : { status, message: message ?? `IP address not allowed: ${clientIp}` };
      },
    };
  },
};

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = familyOf(address);
    list.addSubnet(address, Number(bits ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  return list;
}
