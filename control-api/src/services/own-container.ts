import { readFileSync } from 'node:fs';

export interface OwnContainer {
  /** The full id, 64 hex digits. */
  id: string;
  /** Addresses at which the machine that runs the container may answer: its loopback and the gateway of the network. */
  hostAddresses: readonly string[];
}

const CONTAINER_FILE = /\/containers\/([0-9a-f]{64})\/\S+ \/etc\/(?:hostname|hosts|resolv\.conf) /;

/**
 * The container that this process runs in; undefined when it runs in none of Docker's. An engine mounts these files from a
 * folder that is named after the container, whatever its host name, its network and the version of cgroups.
 */
export function findOwnContainer(proc = '/proc'): OwnContainer | undefined {
  const id = CONTAINER_FILE.exec(textOf(`${proc}/self/mountinfo`))?.[1];
  if (id === undefined) return undefined;
  // On the host's own network, loopback is the host's; on a bridge, the gateway is the host.
  return { id, hostAddresses: ['127.0.0.1', ...gateways(textOf(`${proc}/net/route`))] };
}

/** proc(5): a line per route, with destination and gateway as hexadecimal digits in the processor's order: little-endian. */
function gateways(routes: string): string[] {
  return routes.split('\n').flatMap((line) => {
    const [, destination, gateway] = line.split('\t');
    if (destination !== '00000000' || gateway === undefined || gateway === '00000000') return [];
    return [[...Buffer.from(gateway, 'hex')].reverse().join('.')];
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not Linux.
    return '';
  }
}
