import { randomBytes } from 'node:crypto';
import type { Addresses, Ports } from '../machine/ports.ts';
import { answersWell, lookAt, restartsByItself } from './behaviour.ts';
import { findImage } from './images.ts';
import { namesFor, networksOf, refuseConnected, requireNetwork } from './networks.ts';
import { checkPorts, portInUse } from './ports.ts';
import type { Processes } from './processes.ts';
import { type Runtime, startRuntime } from './runtime.ts';
import {
  type Container,
  type ContainerOptions,
  EngineError,
  type EngineState,
  type LocalImage,
  NEVER,
} from './state.ts';
import type { Storage } from './storage.ts';

interface Options {
  state: EngineState;
  processes: Processes;
  storage: Storage;
  addresses(): Addresses;
  ports: Ports;
  isHeld(address: string, port: number): boolean;
  sshPort: number;
}

export type Containers = ReturnType<typeof createContainers>;

const GRACE_MS = 10_000;
/** capabilities(7) of Linux 6.1. */
const CAPABILITIES = [
  'AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER',
  'FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE',
  'NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE',
  'SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM',
].flatMap((line) => line.split(' '));

/** What an engine does with containers. Every function throws an EngineError in the engine's words. */
export function createContainers({ state, processes, storage, addresses, ports, isHeld, sshPort }: Options) {
  const runtimes = new Map<string, Runtime>();
  const isUp = ({ status }: Container) => status === 'running' || status === 'restarting';
  const published = () => state.containers.filter(isUp).flatMap((one) => one.publish);
  const imageOf = ({ imageId }: Container) => state.images.find(({ id }) => id === imageId) as LocalImage;

  function get(name: string): Container {
    const found =
      state.containers.find((one) => one.name === name) ??
      state.containers.find(({ id }) => /^[0-9a-f]{6,64}$/.test(name) && id.startsWith(name));
    if (!found) throw new EngineError(`No such container: ${name}`, 404);
    return found;
  }

  function refuseTaken(name: string): void {
    if (!/^[a-zA-Z0-9][\w.-]+$/.test(name)) {
      throw new EngineError(`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`, 400);
    }
    const owner = state.containers.find((one) => one.name === name);
    if (!owner) return;
    const advice = 'You have to remove (or rename) that container to be able to reuse that name.';
    throw new EngineError(
      `Conflict. The container name "/${name}" is already in use by container "${owner.id}". ${advice}`,
      409,
    );
  }

  function create(options: ContainerOptions): Container {
    const id = randomBytes(32).toString('hex');
    const name = options.name || `container_${id.slice(0, 8)}`;
    refuseTaken(name);
    checkOptions(options);
    const image = findImage(state, options.image);
    if (!image) throw new EngineError(`No such image: ${options.image}`, 404);
    for (const { volume } of options.mounts) if (!state.volumes.includes(volume)) state.volumes.push(volume);
    const container: Container = {
      ...options,
      id,
      name,
      imageId: image.id,
      created: new Date().toISOString(),
      ...{ status: 'created', startedAt: NEVER, finishedAt: NEVER, exitCode: 0, oomKilled: false },
      ...{ restartCount: 0, readings: 0, health: null, stoppedByHand: false, connections: [], logs: [] },
    };
    state.containers.unshift(container);
    return container;
  }

  async function start(container: Container): Promise<void> {
    if (isUp(container)) return;
    const { publish, name } = container;
    for (const network of networksOf(container)) requireNetwork(state, network);
    const taken = published();
    const image = imageOf(container);
    const address = freeAddress(addresses(), runtimes);
    try {
      checkPorts(publish, taken, addresses().privateIp, sshPort);
      const held = publish.find(({ hostIp, hostPort }) => isHeld(hostIp, hostPort));
      if (held) throw portInUse(held);
      const onEnd = () => forget(container);
      const runtime = await startRuntime({ container, image, ports, address, processes, storage, onEnd });
      runtimes.set(container.id, runtime);
      tellNames();
    } catch (error) {
      const { message } = error as Error;
      if (!/^(Bind for|Error starting userland proxy)/.test(message)) throw error;
      const endpoint = `endpoint ${name} (${randomBytes(32).toString('hex')})`;
      throw new EngineError(`driver failed programming external connectivity on ${endpoint}: ${message}`);
    }
    Object.assign(container, {
      ...{ status: 'running', startedAt: new Date().toISOString(), exitCode: 0, oomKilled: false },
      ...{ readings: 0, restartCount: 0, stoppedByHand: false, health: image.healthcheck ? 'starting' : null },
    });
  }

  function forget({ id }: Container): void {
    runtimes.delete(id);
    tellNames();
  }

  /** By which names those that run find each other. */
  function tellNames(): void {
    const addressOf = ({ id }: Container) => runtimes.get(id)?.address;
    for (const container of state.containers.filter(({ id }) => runtimes.has(id))) {
      storage.writeNames(container.id, namesFor(container, state.containers, addressOf));
    }
  }

  async function end(container: Container, graceMs: number): Promise<void> {
    if (!isUp(container)) return;
    const runtime = runtimes.get(container.id);
    forget(container);
    const exitCode = (await runtime?.stop(graceMs)) ?? 0;
    Object.assign(container, { status: 'exited', exitCode, finishedAt: new Date().toISOString() });
    if (container.health) container.health = 'unhealthy';
  }

  return {
    all: () => state.containers,
    imageOf,
    isUp,
    get,
    create,
    start,
    /** Plays what its image does by now. */
    async look(container: Container): Promise<Container> {
      await runtimes.get(container.id)?.look();
      lookAt(container, imageOf(container));
      return container;
    },
    pidOf: ({ id }: Container) => runtimes.get(id)?.pid ?? 0,
    async stop(container: Container, graceMs = GRACE_MS): Promise<void> {
      container.stoppedByHand = true;
      await end(container, graceMs);
    },
    async restart(container: Container, graceMs = GRACE_MS): Promise<void> {
      await end(container, graceMs);
      await start(container);
    },
    rename(container: Container, name: string): void {
      if (name === container.name)
        throw new EngineError('Renaming a container with the same name as its current name', 400);
      try {
        refuseTaken(name);
      } catch (error) {
        throw new EngineError(`Error when allocating new name: ${(error as Error).message}`, 409);
      }
      container.name = name;
      tellNames();
    },
    connect(container: Container, network: string, aliases: string[]): void {
      requireNetwork(state, network);
      refuseConnected(container, network);
      container.connections.push({ network, aliases });
      tellNames();
    },
    async remove(container: Container, force: boolean): Promise<void> {
      if (isUp(container) && !force) {
        const how = `${container.status} container ${container.id}`;
        throw new EngineError(
          `You cannot remove a ${how}. Stop the container before attempting removal or force remove`,
          409,
        );
      }
      await end(container, 0);
      state.containers = state.containers.filter((one) => one !== container);
      storage.removeLayer(container.id);
    },
    /** The engine starts: what ran without it goes on, what died with the host is started again if its policy says so. */
    async bringBack(): Promise<void> {
      for (const container of [...state.containers].reverse()) {
        const died = isUp(container) && !runtimes.has(container.id);
        if (died) Object.assign(container, { status: 'exited', exitCode: 255, finishedAt: new Date().toISOString() });
        if (container.status === 'exited' && restartsByItself(container)) await start(container).catch(() => undefined);
      }
    },
    /** All of them, without a word to their policies. */
    async endAll(graceMs: number): Promise<void> {
      await Promise.all(state.containers.map((container) => end(container, graceMs)));
    },
    /** What those that run publish. */
    published,
    /** Who answers at this address of the host: a real address, or how well a container without a process would. */
    reach(host: string, port: number): { address: string; port: number } | boolean | undefined {
      const { privateIp } = addresses();
      const local = host === 'localhost' ? '127.0.0.1' : host;
      const fits = (hostIp: string) =>
        hostIp === local || (hostIp === '0.0.0.0' && ['127.0.0.1', privateIp].includes(local));
      for (const container of state.containers.filter(({ status }) => status === 'running')) {
        const found = container.publish.find(({ hostIp, hostPort }) => hostPort === port && fits(hostIp));
        const address = runtimes.get(container.id)?.address;
        if (found) return address ? { address, port: found.containerPort } : answersWell(container, imageOf(container));
      }
      return undefined;
    },
  };
}

function checkOptions({ restart, memoryBytes, capAdd }: ContainerOptions): void {
  if (!/^(no|always|unless-stopped|on-failure(:\d+)?)$/.test(restart)) {
    throw new EngineError(`invalid restart policy '${restart}'`, 400);
  }
  if (memoryBytes > 0 && memoryBytes < 6 * 1024 ** 2) throw new EngineError('Minimum memory limit allowed is 6MB', 400);
  const unknown = capAdd.find((name) => !['ALL', ...CAPABILITIES].includes(name.replace(/^CAP_/, '')));
  if (unknown) throw new EngineError(`invalid CapAdd: unknown capability: "CAP_${unknown}"`, 400);
}

/** Each container that runs has a loopback address of its own, made of its host's private one: 127.1.x.y gives 127.101.x.y and on. */
function freeAddress({ privateIp }: Addresses, runtimes: ReadonlyMap<string, Runtime>): string {
  const taken = [...runtimes.values()].map(({ address }) => address);
  const end = privateIp.split('.').slice(2).join('.');
  for (let number = 101; number < 255; number++) {
    const address = `127.${number}.${end}`;
    if (!taken.includes(address)) return address;
  }
  throw new EngineError('no available IPv4 addresses on this network');
}
