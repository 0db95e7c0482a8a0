import type * as sdk from '@aws-sdk/client-lightsail';
import { AppError } from '../../lib/errors.ts';
import type { FirewallRule } from '../../schemas/firewall.ts';
import { isNotFound } from './failures.ts';
import type { Ask } from './reading.ts';

export interface Firewall {
  /** What is open. @throws {AppError} instance_not_found */
  firewall(region: string, instanceName: string): Promise<FirewallRule[]>;
  /** Opens exactly this; the whole list is set at once, so that the call may be repeated. @throws {AppError} instance_not_found */
  setFirewall(region: string, instanceName: string, rules: readonly FirewallRule[]): Promise<void>;
}

export function createFirewall(ask: Ask): Firewall {
  return {
    firewall: (region, instanceName) =>
      ask('GetInstancePortStates', region, async (client) => {
        const answer = await client.getInstancePortStates({ instanceName }).catch(missing(region, instanceName));
        return (answer.portStates ?? []).filter(({ state }) => state !== 'closed').map(ruleView);
      }),
    setFirewall: (region, instanceName, rules) =>
      ask('PutInstancePublicPorts', region, async (client) => {
        const portInfos = rules.map(portInfoOf);
        await client.putInstancePublicPorts({ instanceName, portInfos }).catch(missing(region, instanceName));
      }),
  };
}

function missing(region: string, name: string) {
  return (error: unknown): never => {
    if (isNotFound(error)) throw new AppError('instance_not_found', `There is no instance ${name} in ${region}.`);
    throw error;
  };
}

/** An alias (`lightsail-connect`: SSH in AWS's console) is shown among the networks. */
function ruleView({
  protocol,
  fromPort,
  toPort,
  cidrs,
  ipv6Cidrs,
  cidrListAliases,
}: sdk.InstancePortState): FirewallRule {
  return {
    protocol: protocol ?? 'unknown',
    from_port: fromPort ?? 0,
    to_port: toPort ?? 0,
    cidrs: [...(cidrs ?? []), ...(ipv6Cidrs ?? []), ...(cidrListAliases ?? [])],
  };
}

function portInfoOf({ protocol, from_port, to_port, cidrs }: FirewallRule): sdk.PortInfo {
  return {
    protocol: protocol as sdk.NetworkProtocol,
    fromPort: from_port,
    toPort: to_port,
    cidrs: cidrs.filter((cidr) => cidr.includes('/') && !cidr.includes(':')),
    ipv6Cidrs: cidrs.filter((cidr) => cidr.includes(':')),
    cidrListAliases: cidrs.filter((cidr) => !cidr.includes('/')),
  };
}
