import { randomBytes } from 'node:crypto';
import type { EngineHost } from './engine.ts';
import type { Image } from './image-registry.ts';
import { startWorkload, type Workload } from './workload.ts';

/** A published port: `address:hostPort` of the host leads to `containerPort`. */
export interface PortBinding {
  address: string;
  hostPort: number;
  containerPort: number;
}

/** What `docker run` was asked for. */
export interface ContainerSpec {
  name: string;
  /** As named on the command line. */
  imageName: string;
  image: Image;
  labels: Record<string, string>;
  env: Record<string, string>;
  restart: string;
  network: string;
  aliases: string[];
  memory: number;
  volumes: string[];
  ports: PortBinding[];
}

export interface Container extends ContainerSpec {
  id: string;
  createdAt: string;
  status: 'created' | 'running' | 'exited';
  exitCode: number;
  oomKilled: boolean;
  startedAt: string;
  restartCount: number;
  /** Looks taken since it was started; a HEALTHCHECK and `crashes_later` go by them. */
  readings: number;
  logs: { at: string; text: string }[];
  /** It was stopped by hand: `unless-stopped` does not bring it back. */
  stoppedByHand: boolean;
}

/** Looks after which a HEALTHCHECK has an opinion, and after which `crashes_later` crashes. */
const READINGS = 3;

export interface Containers {
  list(): Container[];
  find(name: string): Container | undefined;
  create(spec: ContainerSpec): Container;
  /** Throws with the engine's words when a port is taken. */
  start(container: Container): Promise<void>;
  stop(container: Container): Promise<void>;
  remove(container: Container): Promise<void>;
  /** Ends all programs; what ran counts as cut off, not as stopped by hand. */
  cutOff(): Promise<void>;
  /** Starts what its restart policy wants. */
  comeBack(): Promise<void>;
  health(container: Container): 'starting' | 'healthy' | 'unhealthy' | null;
  /** Somebody looks at the container: its behaviour goes on by one look. */
  look(container: Container): void;
  /** Local port of the process behind a published port; 0 when nothing real runs there. */
  portOf(container: Container): number;
  restore(containers: Container[]): void;
}

export function createContainers(host: EngineHost): Containers {
  let containers: Container[] = [];
  const workloads = new Map<string, Workload>();

  const log = (container: Container, text: string) => {
    container.logs.push({ at: host.now().toISOString(), text });
  };

  function crash(container: Container, exitCode: number): void {
    log(container, exitCode === 137 ? 'Killed' : `exited (${exitCode})`);
    Object.assign(container, { exitCode, oomKilled: exitCode === 137 });
    // Restarted by the engine and failing again, like everything that fails at its start.
    container.restartCount += 1;
    container.status = container.restart === 'no' ? 'exited' : 'running';
  }

  async function startProcess(container: Container): Promise<void> {
    const { image, env, ports } = container;
    if (!image.process) return;
    const workload = await startWorkload({
      command: image.process.command,
      env,
      onLine: (text) => log(container, text),
      onExit: (code) => crash(container, code),
    });
    workloads.set(container.id, workload);
    for (const { address, hostPort } of ports) {
      const addresses = address === '0.0.0.0' ? [host.publicIp(), host.privateIp] : [address];
      for (const bound of addresses.filter((candidate) => candidate !== '127.0.0.1')) {
        await workload.publish(bound, hostPort < 1024 ? hostPort + 8000 : hostPort);
      }
    }
  }

  async function end(container: Container): Promise<void> {
    await workloads.get(container.id)?.stop();
    workloads.delete(container.id);
  }

  return {
    list: () => containers,
    find: (name) => containers.find((container) => container.name === name || container.id.startsWith(name)),
    create(spec) {
      const container: Container = {
        ...spec,
        id: randomBytes(32).toString('hex'),
        createdAt: host.now().toISOString(),
        status: 'created',
        exitCode: 0,
        oomKilled: false,
        startedAt: '0001-01-01T00:00:00Z',
        restartCount: 0,
        readings: 0,
        logs: [],
        stoppedByHand: false,
      };
      containers.push(container);
      return container;
    },
    async start(container) {
      refuseTakenPorts(container, containers);
      const startedAt = host.now().toISOString();
      Object.assign(container, { status: 'running', startedAt, readings: 0, restartCount: 0, stoppedByHand: false });
      Object.assign(container, { exitCode: 0, oomKilled: false });
      for (const line of container.image.logs) log(container, line);
      await startProcess(container);
      const { behaviour } = container.image;
      if (behaviour === 'crashes') crash(container, 1);
      if (behaviour === 'oom') crash(container, 137);
    },
    async stop(container) {
      await end(container);
      Object.assign(container, { status: 'exited', stoppedByHand: true });
    },
    async remove(container) {
      await end(container);
      containers = containers.filter((other) => other !== container);
    },
    async cutOff() {
      await Promise.all(containers.map(end));
      for (const container of containers) if (container.status === 'running') container.status = 'exited';
    },
    async comeBack() {
      for (const container of containers) {
        const wanted = ['always', 'unless-stopped'].includes(container.restart) && !container.stoppedByHand;
        if (wanted && container.status === 'exited') await this.start(container);
      }
    },
    health({ image, readings }) {
      if (!image.healthcheck) return null;
      if (readings < READINGS) return 'starting';
      return image.behaviour === 'healthy' ? 'healthy' : 'unhealthy';
    },
    look(container) {
      container.readings += 1;
      if (container.image.behaviour === 'crashes_later' && container.readings === READINGS) crash(container, 1);
    },
    portOf: (container) => workloads.get(container.id)?.port ?? 0,
    restore(state) {
      containers = state;
    },
  };
}

function refuseTakenPorts(container: Container, containers: readonly Container[]): void {
  const others = containers.filter((other) => other !== container && other.status === 'running');
  for (const { address, hostPort } of container.ports) {
    const clash = others
      .flatMap(({ ports }) => ports)
      .some(
        (port) =>
          port.hostPort === hostPort &&
          (port.address === address || port.address === '0.0.0.0' || address === '0.0.0.0'),
      );
    if (!clash) continue;
    throw new Error(
      `driver failed programming external connectivity on endpoint ${container.name}: Bind for ${address}:${hostPort} failed: port is already allocated.`,
    );
  }
}
