import type { InstanceRow, PortRule } from './models.ts';

/** A rule as a request brings it: what it leaves out means everybody. */
export interface PortRequest {
  fromPort: number;
  toPort: number;
  protocol: string;
  cidrs?: string[] | undefined;
  ipv6Cidrs?: string[] | undefined;
  cidrListAliases?: string[] | undefined;
}

export const openToAll = (port: number) => portRule({ fromPort: port, toPort: port, protocol: 'tcp' });

function portRule({ fromPort, toPort, protocol, cidrs, ipv6Cidrs, cidrListAliases = [] }: PortRequest): PortRule {
  const named = Boolean(cidrs?.length || ipv6Cidrs?.length || cidrListAliases.length);
  return {
    fromPort,
    toPort,
    protocol,
    cidrs: cidrs ?? (named ? [] : ['0.0.0.0/0']),
    ipv6Cidrs: ipv6Cidrs ?? (named ? [] : ['::/0']),
    cidrListAliases,
  };
}

const samePorts = (one: PortRequest, other: PortRequest) =>
  one.fromPort === other.fromPort && one.toPort === other.toPort && one.protocol === other.protocol;

/** The whole list anew: what it does not name is closed. */
export function putPorts(row: InstanceRow, requests: readonly PortRequest[]): void {
  row.ports = requests.map(portRule);
}

export function openPort(row: InstanceRow, request: PortRequest): void {
  row.ports = [...row.ports.filter((rule) => !samePorts(rule, request)), portRule(request)];
}

export function closePort(row: InstanceRow, request: PortRequest): void {
  row.ports = row.ports.filter((rule) => !samePorts(rule, request));
}
