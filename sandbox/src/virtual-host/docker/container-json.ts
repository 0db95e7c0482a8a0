import type { Engine } from './engine.ts';
import type { Container, Network } from './state.ts';

type Json = Record<string, unknown>;

/** As `docker inspect` shows a container, in the engine's order; the parts that say something here. */
export function containerJson(container: Container, { containers, state }: Engine): Json {
  const { id, name, publish, mounts } = container;
  const image = containers.imageOf(container);
  const [path = '/app', ...words] = container.command.length > 0 ? container.command : (image.process?.command ?? []);
  const up = containers.isUp(container);
  const ports = portsJson(publish);
  return {
    Id: id,
    Created: container.created,
    Path: path,
    Args: words,
    State: stateJson(container, up ? containers.pidOf(container) : 0),
    Image: container.imageId,
    Name: `/${name}`,
    RestartCount: container.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    HostConfig: {
      NetworkMode: container.network,
      PortBindings: ports,
      RestartPolicy: { Name: container.restart, MaximumRetryCount: 0 },
      CapAdd: container.capAdd.length > 0 ? container.capAdd : null,
      CapDrop: container.capDrop.length > 0 ? container.capDrop : null,
      SecurityOpt: container.securityOpt.length > 0 ? container.securityOpt : null,
      Memory: container.memoryBytes,
      MemorySwap: container.memoryBytes * 2,
    },
    Mounts: mounts.map(({ volume, path: destination, readOnly }) => ({
      ...{ Type: 'volume', Name: volume, Source: `/var/lib/docker/volumes/${volume}/_data`, Destination: destination },
      ...{ Driver: 'local', Mode: readOnly ? 'ro' : 'z', RW: !readOnly, Propagation: '' },
    })),
    Config: {
      Hostname: id.slice(0, 12),
      ExposedPorts: Object.fromEntries(image.exposedPorts.map((port) => [`${port}/tcp`, {}])),
      Env: container.env,
      Cmd: container.command.length > 0 ? container.command : null,
      Image: container.image,
      Labels: Object.fromEntries(Object.entries(container.labels).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
    NetworkSettings: {
      Ports: up ? ports : {},
      Networks: Object.fromEntries(
        [container, ...container.connections].map((one) => [one.network, networkOf(one, container, state.networks)]),
      ),
    },
  };
}

/** A container as Go's struct: its fields' names, and a null where JSON leaves a field out. */
export function asStruct(json: Json): Json {
  const { Id, ...rest } = json;
  const state = rest.State as Json | undefined;
  return { ID: Id, ...rest, ...(state ? { State: { Health: null, ...state } } : {}) };
}

export function networkJson({ name, id, created, subnet, internal }: Network): Json {
  const config = { Subnet: `172.${subnet}.0.0/16`, Gateway: `172.${subnet}.0.1` };
  return {
    ...{ Name: name, Id: id, Created: created, Scope: 'local', Driver: 'bridge', EnableIPv6: false },
    IPAM: { Driver: 'default', Options: {}, Config: [config] },
    ...{ Internal: internal, Attachable: false, Ingress: false, Containers: {}, Options: {}, Labels: {} },
  };
}

function stateJson(container: Container, pid: number): Json {
  const { status, health } = container;
  return {
    Status: status,
    Running: status === 'running' || status === 'restarting',
    Paused: false,
    Restarting: status === 'restarting',
    OOMKilled: container.oomKilled,
    Dead: false,
    Pid: status === 'restarting' ? 0 : pid,
    ExitCode: container.exitCode,
    Error: '',
    StartedAt: container.startedAt,
    FinishedAt: container.finishedAt,
    ...(health ? { Health: { Status: health, FailingStreak: health === 'unhealthy' ? 3 : 0, Log: [] } } : {}),
  };
}

function portsJson(publish: Container['publish']): Json {
  return Object.fromEntries(
    publish.map(({ hostIp, hostPort, containerPort }) => [
      `${containerPort}/tcp`,
      [{ HostIp: hostIp, HostPort: String(hostPort) }],
    ]),
  );
}

function networkOf(
  { network, aliases }: Container['connections'][number],
  { id }: Container,
  networks: readonly Network[],
): Json {
  const { subnet = 17, id: networkId = '' } = networks.find(({ name }) => name === network) ?? {};
  return { Aliases: [...aliases, id.slice(0, 12)], NetworkID: networkId, Gateway: `172.${subnet}.0.1` };
}
