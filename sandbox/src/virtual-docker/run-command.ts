import type { PortBinding } from './containers.ts';
import { type Command, RunError } from './docker-cli.ts';
import { DaemonError, type EngineState, type LocalImage, localImage } from './engine.ts';
import { pullImage } from './image-commands.ts';
import { parseOptions, UsageError } from './options.ts';

const OPTIONS = {
  '--detach': 'flag',
  '-d': 'flag',
  '--name': 'value',
  '--network': 'value',
  '--network-alias': 'value',
  '--restart': 'value',
  '--memory': 'value',
  '--memory-swap': 'value',
  '--security-opt': 'value',
  '--cap-drop': 'value',
  '--cap-add': 'value',
  '--label': 'value',
  '--env': 'value',
  '--volume': 'value',
  '--publish': 'value',
  '--log-driver': 'value',
  '--log-opt': 'value',
} as const;

/** `docker run --detach`: creates, then starts; what fails at the start leaves the container behind, as created. */
export const runCommand: Command = async (engine, argv, io) => {
  const { options, rest } = parseOptions('run', argv, OPTIONS);
  if (!options.has('--detach') && !options.has('-d'))
    throw new UsageError('only `docker run --detach` is simulated here');
  const all = (name: keyof typeof OPTIONS) => options.get(name) ?? [];
  const [imageName] = rest;
  if (imageName === undefined) throw new UsageError('"docker run" requires at least 1 argument.');
  const name = all('--name')[0] ?? `container_${engine.containers.list().length}`;
  const network = all('--network')[0] ?? 'bridge';
  const image = findImage(engine, imageName, io.env);
  refuseConflicts(engine, name, network);
  const container = engine.containers.create({
    name,
    imageName,
    image,
    network,
    labels: pairs(all('--label')),
    env: environment(all('--env'), io.env),
    restart: all('--restart')[0] ?? 'no',
    aliases: all('--network-alias'),
    memory: bytes(all('--memory')[0] ?? '0'),
    volumes: all('--volume'),
    ports: all('--publish').map(binding),
  });
  try {
    await engine.containers.start(container);
  } catch (error) {
    throw new RunError(`${(error as Error).message}`, `${container.id}\n`);
  }
  return `${container.id}\n`;
};

function findImage(engine: EngineState, name: string, env: Readonly<Record<string, string>>): LocalImage {
  try {
    return (
      localImage(engine, name) ?? pullImage(engine, name, engine.host.readFile(`${env.DOCKER_CONFIG}/config.json`))
    );
  } catch (error) {
    if (error instanceof DaemonError) throw new RunError(error.message);
    throw error;
  }
}

function refuseConflicts({ containers, networks }: EngineState, name: string, network: string): void {
  const other = containers.list().find((container) => container.name === name);
  if (other) {
    throw new RunError(
      `Conflict. The container name "/${name}" is already in use by container "${other.id}". You have to remove (or rename) that container to be able to reuse that name.`,
    );
  }
  if (!networks.includes(network)) throw new RunError(`network ${network} not found.`);
}

function pairs(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(list.map((pair) => [pair.split('=')[0] ?? '', pair.split('=').slice(1).join('=')]));
}

/** `NAME=value`, or `NAME` alone for the value in the client's own environment. */
function environment(list: readonly string[], own: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    list.map((pair) =>
      pair.includes('=')
        ? [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
        : [pair, own[pair] ?? ''],
    ),
  );
}

function bytes(size: string): number {
  const [, number, unit = ''] = /^(\d+)([bkmg]?)$/.exec(size) ?? [];
  if (number === undefined)
    throw new UsageError(`invalid argument "${size}" for "-m, --memory" flag: invalid size: '${size}'`);
  return Number(number) * ({ '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit] ?? 1);
}

function binding(text: string): PortBinding {
  const [address, hostPort, containerPort] = text.split(':');
  if (containerPort === undefined)
    throw new UsageError(`invalid publish opts format (should be ADDRESS:PORT:PORT here): ${text}`);
  return { address: address ?? '', hostPort: Number(hostPort), containerPort: Number(containerPort) };
}
