import type { Answer } from '../answers.ts';
import { only, type Plugin } from './plugin.ts';

interface Config {
  allow?: string[];
  deny?: string[];
  hide_groups_header?: boolean;
}

const REFUSED = { status: 403, message: 'You cannot consume this service' };
const UNKNOWN = { status: 401, message: 'Unauthorized' };

/** kong/plugins/acl/handler.lua: which groups of consumers may ask. */
export const acl: Plugin = {
  priority: 950,
  unserved: (config) => only(config, { always_use_authenticated_groups: [false] }),
  create({ allow, deny = [], hide_groups_header }: Config) {
    return {
      access({ consumer, headers }): Answer | undefined {
        if (!consumer) return UNKNOWN;
        const { groups } = consumer;
        const isIn = (list: readonly string[]) => list.some((group) => groups.includes(group));
        if (deny.length > 0 ? isIn(deny) : !isIn(allow ?? [])) return REFUSED;
        if (!hide_groups_header) headers['x-consumer-groups'] = groups.join(', ');
        return undefined;
      },
    };
  },
};
