import type { Configuration, PluginEntry } from './configuration.ts';
import type { Exchange } from './exchange.ts';
import type { Memory } from './memory.ts';
import { served } from './plugins/index.ts';
import type { Phases } from './plugins/plugin.ts';

/** The plugins of a configuration. */
export interface Chain {
  /** Those for a request, Kong's order; each is chosen when its turn comes, so by the consumer known then. */
  for(exchange: Exchange): Iterable<Phases>;
  /** Those that run where no route was found. */
  readonly global: readonly Phases[];
}

interface Entry {
  entry: PluginEntry;
  phases: Phases;
}

export function createChain(configuration: Configuration, memory: Memory): Chain {
  const groups = Object.entries(served)
    .sort(([, a], [, b]) => b.priority - a.priority)
    .map(([name, plugin]) =>
      configuration.plugins
        .filter((entry) => entry.name === name)
        .map((entry) => ({ entry, phases: plugin.create(entry.config, { entry, configuration, memory }) })),
    );
  return {
    *for(exchange) {
      for (const group of groups) {
        const chosen = mostSpecific(group, exchange);
        if (chosen) yield chosen.phases;
      }
    },
    global: groups.flatMap((group) => group.filter(({ entry }) => isGlobal(entry)).map(({ phases }) => phases)),
  };
}

const isGlobal = ({ route, service, consumer }: PluginEntry) => !route && !service && !consumer;

/** lookup_cfg of kong/runloop/plugins_iterator.lua: all three, then consumer with route or service, route with service, one. */
const ORDER = ['rsc', 'rc', 'sc', 'rs', 'c', 'r', 's', ''];

function mostSpecific(group: readonly Entry[], { route, consumer }: Exchange): Entry | undefined {
  const fitting = group.filter(
    ({ entry }) =>
      (!entry.route || entry.route === route?.id) &&
      (!entry.service || entry.service === route?.service?.id) &&
      (!entry.consumer || entry.consumer === consumer?.id),
  );
  const rank = ({ entry }: Entry) =>
    ORDER.indexOf(`${entry.route ? 'r' : ''}${entry.service ? 's' : ''}${entry.consumer ? 'c' : ''}`);
  return fitting.reduce<Entry | undefined>((best, one) => (best && rank(best) <= rank(one) ? best : one), undefined);
}
