/**
 * Plugins of the .deb, and those of them that each one extends: extendedPlugins in its build.gradle, without optional ones, as
 * it was in summer 2026 (of security-analytics in autumn 2025; of search-relevance a guess).
 */
const PLUGINS: Readonly<Record<string, readonly string[]>> = {
  'opensearch-alerting': [],
  'opensearch-anomaly-detection': ['opensearch-job-scheduler'],
  'opensearch-asynchronous-search': [],
  'opensearch-cross-cluster-replication': [],
  'opensearch-custom-codecs': [],
  'opensearch-flow-framework': [],
  'opensearch-geospatial': ['opensearch-job-scheduler'],
  'opensearch-index-management': ['opensearch-job-scheduler'],
  'opensearch-job-scheduler': [],
  'opensearch-knn': [],
  'opensearch-ltr': [],
  'opensearch-ml': ['opensearch-job-scheduler'],
  'opensearch-neural-search': ['opensearch-knn'],
  'opensearch-notifications': ['opensearch-notifications-core'],
  'opensearch-notifications-core': [],
  'opensearch-observability': [],
  'opensearch-performance-analyzer': [],
  'opensearch-reports-scheduler': ['opensearch-job-scheduler'],
  'opensearch-search-relevance': ['opensearch-job-scheduler'],
  'opensearch-security': [],
  'opensearch-security-analytics': ['opensearch-job-scheduler', 'opensearch-alerting'],
  'opensearch-skills': ['opensearch-ml'],
  'opensearch-sql': ['opensearch-job-scheduler'],
  'opensearch-system-templates': [],
  'opensearch-ubi': [],
  'query-insights': [],
};

/** Not yet in the 2.19 line. */
const FROM_3 = ['opensearch-search-relevance', 'opensearch-ubi'];

/** Names of the plugins of a version, as folders of /usr/share/opensearch/plugins. */
export function pluginsOf(version: string): string[] {
  return Object.keys(PLUGINS).filter((name) => !version.startsWith('2.') || !FROM_3.includes(name));
}

export interface Removal {
  exit: number;
  out: string;
  err: string;
}

/** `opensearch-plugin remove NAME` with these plugins there; with exit 0 it is to be removed. */
export function removePlugin(name: string | undefined, installed: readonly string[]): Removal {
  const refuse = (exit: number, why: string, out = '') => ({ exit, out, err: `ERROR: ${why}\n` });
  if (name === undefined) return refuse(64, 'plugin name is required');
  const usedBy = installed.filter((other) => PLUGINS[other]?.includes(name));
  if (usedBy.length > 0) {
    return refuse(
      11,
      `plugin [${name}] cannot be removed because it is extended by other plugins: [${usedBy.join(', ')}]`,
    );
  }
  const out = `-> removing [${name}]...\n`;
  if (installed.includes(name)) return { exit: 0, out, err: '' };
  return refuse(78, `plugin [${name}] not found; run 'opensearch-plugin list' to get list of installed plugins`, out);
}
