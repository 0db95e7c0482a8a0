import { type Config, readSpec, type Service } from '@fountainai/service-kit';
import { type ContractClient, contractClient, type TestDatabase } from '@fountainai/service-kit/testing';
import { buildApp as buildSequence } from '../../central-sequence-service/src/app.ts';
import { buildApp as buildCharacters } from '../../character-management-api/src/app.ts';
import { buildApp as buildScripts } from '../../core-script-management-api/src/app.ts';
import { buildApp as buildSessions } from '../../session-context-management-api/src/app.ts';
import { buildApp as buildStories } from '../../story-factory-api/src/app.ts';

/** The services that authors call, each by a client that knows its contract. */
export interface Stack {
  sequence: ContractClient;
  scripts: ContractClient;
  characters: ContractClient;
  sessions: ContractClient;
  stories: ContractClient;
  /** Ends all services, and starts them again on what they have kept. */
  restart(settings?: StackSettings): Promise<void>;
  close(): Promise<void>;
}

interface StackSettings {
  /** Of something that stands in for the sequence service, which then is not asked. */
  sequenceUrl?: string;
  peerTimeoutMs?: number;
}

type Clients = Pick<Stack, 'sequence' | 'scripts' | 'characters' | 'sessions' | 'stories'>;
type Build = (config: Config) => Promise<Service & { close(): Promise<void> }>;

/** Starts the services side by side, where they share the database's server or folder, as on one machine. */
export async function openStack(database: TestDatabase): Promise<Stack> {
  const { config, drop } = await database.fresh();
  const running: Awaited<ReturnType<Build>>[] = [];

  let peerTimeoutMs = config.peerTimeoutMs;

  async function start(name: string, buildApp: Build, peers: Readonly<Record<string, string>> = {}) {
    const service = await buildApp({ ...config, peerTimeoutMs, peerUrl: (setting) => peers[setting] ?? '' });
    running.push(service);
    const url = await service.app.listen({ host: '127.0.0.1', port: 0 });
    const client = contractClient(service.app, await readSpec(new URL(`../../${name}/`, import.meta.url)));
    return { url, client };
  }

  async function startAll(settings: StackSettings = {}): Promise<Clients> {
    peerTimeoutMs = settings.peerTimeoutMs ?? config.peerTimeoutMs;
    const sequence = await start('central-sequence-service', buildSequence);
    const peers = { CENTRAL_SEQUENCE_URL: settings.sequenceUrl ?? sequence.url };
    const [scripts, characters, sessions] = await Promise.all([
      start('core-script-management-api', buildScripts, peers),
      start('character-management-api', buildCharacters, peers),
      start('session-context-management-api', buildSessions, peers),
    ]);
    const stories = await start('story-factory-api', buildStories, {
      CORE_SCRIPT_URL: scripts.url,
      CHARACTER_URL: characters.url,
      SESSION_CONTEXT_URL: sessions.url,
    });
    return {
      sequence: sequence.client,
      scripts: scripts.client,
      characters: characters.client,
      sessions: sessions.client,
      stories: stories.client,
    };
  }

  async function endAll(): Promise<void> {
    for (const { app, drain, close } of running.splice(0)) {
      drain();
      await app.close();
      await close();
    }
  }

  const stack: Stack = {
    ...(await startAll()),
    async restart(settings) {
      await endAll();
      Object.assign(stack, await startAll(settings));
    },
    async close() {
      await endAll();
      await drop();
    },
  };
  return stack;
}
