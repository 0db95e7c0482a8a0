import type { Container } from './containers.ts';
import { curlCli } from './curl-cli.ts';
import { dockerCli, type ProgramIo, type ProgramResult } from './docker-cli.ts';
import { createEngineState, type EngineHost, type LocalImage } from './engine.ts';
import type { VirtualRegistry } from './image-registry.ts';

export type { ProgramIo, ProgramResult } from './docker-cli.ts';
export type { EngineHost } from './engine.ts';
export { createImageRegistry, type VirtualRegistry } from './image-registry.ts';

/** Docker on one virtual host. Between `stop` and `start` the daemon does not answer. */
export interface Engine {
  running(): boolean;
  /** The client, with the arguments after its name. */
  docker(argv: readonly string[], io: ProgramIo): Promise<ProgramResult>;
  /** `curl` on the host, with the arguments after its name; works without the daemon too. */
  curl(argv: readonly string[], io: ProgramIo): Promise<ProgramResult>;
  /** The daemon comes up, and with it what its restart policy wants. */
  start(): Promise<void>;
  /** The daemon and all its containers end, e.g. with the host. */
  stop(): Promise<void>;
  /** The daemon alone is restarted: with live-restore its containers live on. */
  restart(): Promise<void>;
  snapshot(): EngineSnapshot;
  restore(snapshot: EngineSnapshot): void;
}

export interface EngineSnapshot {
  containers: Container[];
  images: LocalImage[];
  networks: string[];
}

const NO_DAEMON = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n';

export function createEngine(host: EngineHost, registry: VirtualRegistry): Engine {
  const state = createEngineState(host, registry);
  let up = false;

  async function stop(): Promise<void> {
    up = false;
    await state.containers.cutOff();
  }

  async function start(): Promise<void> {
    up = true;
    await state.containers.comeBack();
  }

  return {
    running: () => up,
    start,
    stop,
    async restart() {
      const { 'live-restore': live } = JSON.parse(host.readFile('/etc/docker/daemon.json') || '{}') as Record<
        string,
        unknown
      >;
      if (up && live === true) return;
      await stop();
      await start();
    },
    docker: async (argv, io) => (up ? dockerCli(state, argv, io) : { exit: 1, stdout: '', stderr: NO_DAEMON }),
    curl: (argv, io) => curlCli(up ? state : undefined, argv, io),
    snapshot: () => ({ containers: state.containers.list(), images: state.images, networks: state.networks }),
    restore({ containers, images, networks }) {
      state.containers.restore(
        containers.map((container) => ({
          ...container,
          status: container.status === 'running' ? 'exited' : container.status,
        })),
      );
      Object.assign(state, { images, networks });
    },
  };
}
