import { CLUSTER, PORT } from '../../control-api/src/recipes/opensearch/settings.ts';
import { sizeFor } from '../../control-api/src/recipes/opensearch/size.ts';
import artefacts from '../../control-api/src/recipes/vendor-artefacts.json' with { type: 'json' };

export const SEARCH_VOLUME = 'opensearch-data';

/** RAM in MiB of the smallest instance that carries it. */
const MEMORY_MB = 2048;

/** The vendor's image, off unless its profile is asked for; without TLS and passwords, which need no secret on loopback. */
export function searchService() {
  const { heapMb } = sizeFor(MEMORY_MB, undefined);
  return {
    profiles: ['search'],
    image: `opensearchproject/opensearch:${artefacts.opensearch.default_version}`,
    ports: [`127.0.0.1:${PORT}:${PORT}`],
    environment: {
      'cluster.name': CLUSTER,
      'discovery.type': 'single-node',
      DISABLE_INSTALL_DEMO_CONFIG: 'true',
      DISABLE_SECURITY_PLUGIN: 'true',
      OPENSEARCH_JAVA_OPTS: `-Xms${heapMb}m -Xmx${heapMb}m`,
    },
    volumes: [`${SEARCH_VOLUME}:/usr/share/opensearch/data`],
    mem_limit: `${MEMORY_MB}m`,
    security_opt: ['no-new-privileges:true'],
  };
}
