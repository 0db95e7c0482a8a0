import type { Publication } from '../machine/ports.ts';
import { type Flags, readFlags, UsageError } from './flags.ts';
import type { ContainerOptions, Mount } from './state.ts';

const UNITS: Record<string, number> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const HELP = "See 'docker run --help'.";

export interface RunOptions extends ContainerOptions {
  detach: boolean;
}

/** Reads the words after `docker run`. Throws a UsageError in the client's words. */
export function readRun(words: readonly string[], environment: Readonly<Record<string, string>>): RunOptions {
  const flags = readFlags(words, {
    command: 'docker run',
    ownOnly: true,
    kinds: {
      'detach,d': 'flag',
      name: 'text',
      network: 'text',
      'network-alias': 'list',
      restart: 'text',
      'memory,m': 'text',
      'security-opt': 'list',
      'cap-add': 'list',
      'cap-drop': 'list',
      'label,l': 'list',
      'env,e': 'list',
      'volume,v': 'list',
      'publish,p': 'list',
    },
  });
  const [image, ...command] = flags.rest;
  if (image === undefined) {
    const about = 'Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun a command in a new container';
    throw new UsageError(`"docker run" requires at least 1 argument.\n${HELP}\n\n${about}`, 1);
  }
  return {
    detach: flags.has('detach'),
    name: flags.text('name') ?? '',
    image,
    command,
    labels: Object.fromEntries(flags.list('label').map(pair)),
    env: flags.list('env').flatMap((entry) => variable(entry, environment)),
    network: flags.text('network') ?? 'bridge',
    aliases: flags.list('network-alias'),
    restart: flags.text('restart') ?? 'no',
    memoryBytes: memory(flags),
    securityOpt: flags.list('security-opt'),
    capAdd: flags.list('cap-add'),
    capDrop: flags.list('cap-drop'),
    mounts: flags.list('volume').map(mount),
    publish: flags.list('publish').map(publication),
  };
}

function pair(text: string): [string, string] {
  const [key = '', ...value] = text.split('=');
  return [key, value.join('=')];
}

/** `--env NAME` takes the value from the client's environment, and nothing when it has none. */
function variable(entry: string, environment: Readonly<Record<string, string>>): string[] {
  if (entry.includes('=')) return [entry];
  const value = environment[entry];
  return value === undefined ? [] : [`${entry}=${value}`];
}

function memory(flags: Flags): number {
  const text = flags.text('memory');
  if (text === undefined) return 0;
  const [, number, unit = ''] = /^(\d+)([bkmg]?)b?$/i.exec(text) ?? [];
  if (number === undefined) {
    throw new UsageError(`invalid argument "${text}" for "-m, --memory" flag: invalid size: '${text}'\n${HELP}`, 125);
  }
  return Number(number) * (UNITS[unit.toLowerCase() || 'b'] ?? 1);
}

/** Named volumes only: a path of the host is more than a virtual host has. */
function mount(text: string): Mount {
  const [volume = '', path = '', mode = ''] = text.split(':');
  if (!/^[a-zA-Z0-9][\w.-]+$/.test(volume) || !path.startsWith('/') || !['', 'ro', 'rw'].includes(mode)) {
    throw new UsageError(
      `docker: invalid volume specification: '${text}' (a virtual host takes NAME:/PATH[:ro]).\n${HELP}`,
      125,
    );
  }
  return { volume, path, readOnly: mode === 'ro' };
}

function publication(text: string): Publication {
  const [containerPort = '', hostPort = '', hostIp = '0.0.0.0'] = text
    .replace(/\/tcp$/, '')
    .split(':')
    .reverse();
  const isPort = (port: string) => /^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65535;
  if (!isPort(containerPort)) throw new UsageError(`docker: Invalid containerPort: ${containerPort}.\n${HELP}`, 125);
  if (!isPort(hostPort)) throw new UsageError(`docker: Invalid hostPort: ${hostPort}.\n${HELP}`, 125);
  return { hostIp, hostPort: Number(hostPort), containerPort: Number(containerPort) };
}
