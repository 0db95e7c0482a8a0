import { pluginsOf } from '../../stand-ins/opensearch/index.ts';
import type { DebSource } from './deb.ts';
import { NODE_ON_MACHINE, type Programs } from './programs.ts';

export const OPENSEARCH_VERSIONS = ['3.8.0', '3.7.0', '2.19.6'];

const HOME = '/usr/share/opensearch';

/** The package of one version, with the plugins that it brings. */
export function opensearchSource(version: string, architecture: string, programs: Programs): DebSource {
  const descriptors = pluginsOf(version).map((name) => [
    `${HOME}/plugins/${name}/plugin-descriptor.properties`,
    `name=${name}\nopensearch.version=${version}\n`,
  ]);
  return {
    name: 'opensearch',
    version,
    architecture,
    description: 'stand-in for OpenSearch, of use on machines of the sandbox only',
    depends: [],
    folder: new URL('opensearch', import.meta.url).pathname,
    files: {
      // Another text in each version: an upgrade finds the operator's file and a newer one of its own.
      '/etc/opensearch/opensearch.yml': `# opensearch.yml of the stand-in ${version}\npath.data: /var/lib/opensearch\npath.logs: /var/log/opensearch\n`,
      [`${HOME}/manifest.yml`]: `build:\n  name: OpenSearch\n  version: ${version}\n`,
      [`${HOME}/lib/opensearch.mjs`]: programs.opensearch,
      [`${HOME}/lib/opensearch-plugin.mjs`]: programs['opensearch-plugin'],
      ...Object.fromEntries(descriptors),
    },
    folders: ['/etc/opensearch/jvm.options.d', '/var/lib/opensearch', '/var/log/opensearch'],
    links: {
      [`${HOME}/jdk/bin/java`]: NODE_ON_MACHINE,
      [`${HOME}/data`]: '/var/lib/opensearch',
      [`${HOME}/logs`]: '/var/log/opensearch',
    },
  };
}
