import { join } from 'node:path';
import { buildService, type Config, createPeer, readSpec, type Service } from '@fountainai/service-kit';
import { createHandlers } from './handlers.ts';
import { keepFiles } from './orchestration/files.ts';
import { createReading } from './reading.ts';

/** Builds the service, which keeps nothing but files of music, and those only until they can be made again. */
export async function buildApp(config: Config): Promise<Service & { close(): Promise<void> }> {
  const peerOf = (setting: string, name: string) => {
    const baseUrl = config.peerUrl(setting, `http://${name}:8080`);
    if (baseUrl === '') throw new Error(`${setting} is empty: there are no stories without ${name}`);
    return createPeer({ name, baseUrl, timeoutMs: config.peerTimeoutMs });
  };
  const peers = {
    scripts: peerOf('CORE_SCRIPT_URL', 'core-script-management-api'),
    characters: peerOf('CHARACTER_URL', 'character-management-api'),
    sessions: peerOf('SESSION_CONTEXT_URL', 'session-context-management-api'),
  };
  const spec = await readSpec(new URL('../', import.meta.url));
  const reading = createReading(peers, config.peerTimeoutMs);
  const handlers = createHandlers(reading, keepFiles(join(config.dataDir, 'files')));
  const service = buildService({ config, spec, handlers, check: async () => {}, peers: Object.values(peers) });
  return { ...service, close: async () => {} };
}
