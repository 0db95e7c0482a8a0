import type { PlanItem, Step } from '../lib/command.ts';
import type { OpensearchFacts } from './opensearch-facts.ts';
import { PATHS } from './opensearch-settings.ts';

/**
 * What a store of documents and their search do without, in the order in which they can be removed: who extends
 * another goes first (depends_on in opensearch-build, manifests/3.8.0 and 2.19.6). An upgrade brings them back.
 * opensearch-security stays: without it its settings would be unknown ones.
 */
const DISPENSABLE = [
  'opensearch-search-relevance',
  'opensearch-skills',
  'opensearch-flow-framework',
  'opensearch-neural-search',
  'opensearch-security-analytics',
  'opensearch-alerting',
  'opensearch-anomaly-detection',
  'opensearch-asynchronous-search',
  'opensearch-cross-cluster-replication',
  'opensearch-index-management',
  'opensearch-reports-scheduler',
  'opensearch-observability',
  'opensearch-notifications',
  'opensearch-notifications-core',
  'opensearch-sql',
  'opensearch-ml',
  'opensearch-knn',
  'opensearch-geospatial',
  'opensearch-system-templates',
  'opensearch-custom-codecs',
  'opensearch-ltr',
  'opensearch-ubi',
  'opensearch-performance-analyzer',
  'query-insights',
  'opensearch-job-scheduler',
];

/** The plugins that a host goes without. */
export function removedPlugins(trimmed: boolean): readonly string[] {
  return trimmed ? DISPENSABLE : [];
}

/** Removes those that are there; which ones a package brings that is still to be installed, only the host can tell. */
export function planPlugins({ plugins }: OpensearchFacts, removed: readonly string[], installs: boolean): PlanItem[] {
  const present = installs ? removed : removed.filter((name) => plugins.includes(name));
  if (present.length > 0) return present.map(removePlugin);
  const detail = removed.length > 0 ? `${removed.length} that a small host does without are not there` : 'all kept';
  return [{ name: 'OpenSearch plugins', settled: true, detail }];
}

/** As root, whom the package's files belong to since 2.13. */
function removePlugin(name: string): Step {
  const program = '/usr/share/opensearch/bin/opensearch-plugin';
  return {
    name: `Remove the plugin ${name}`,
    effect: 'change',
    action: { verb: 'run', argv: [program, 'remove', name] },
    timeoutS: 120,
    guard: ['test', '!', '-e', `${PATHS.plugins}/${name}`],
  };
}
