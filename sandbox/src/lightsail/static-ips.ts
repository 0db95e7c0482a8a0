import { staticIpOf, takeAddress } from './addresses.ts';
import { invalidInput, limitReached, notFound } from './errors.ts';
import { demand } from './instances.ts';
import type { Lifecycle } from './lifecycle.ts';
import { checkNames, type InstanceRow, type LightsailState, newResource, type StaticIpRow } from './models.ts';

/** What an account has by default, per region. */
const limit = 5;

export type StaticIps = ReturnType<typeof createStaticIps>;

/** Addresses that stay: with their instance while they are attached, with the account (which then pays) while not. */
export function createStaticIps(state: LightsailState, lifecycle: Lifecycle, addressRange: number) {
  const ips = {
    /** Throws NotFound. */
    get(region: string, name: string): StaticIpRow {
      const row = state.staticIps.find((one) => one.region === region && one.name === name);
      if (!row) throw notFound('StaticIp', name);
      return row;
    },
    list: (region: string) => state.staticIps.filter((row) => row.region === region),
    /** Throws InvalidInput when the name is taken or the region has five. */
    allocate(region: string, name: string): StaticIpRow {
      checkNames(state, region, [name]);
      if (ips.list(region).length >= limit) throw limitReached(limit, 'static IPs');
      const ipAddress = takeAddress(state, 'public', addressRange);
      const row = { ...newResource('StaticIp', region, name, []), ipAddress, attachedTo: null };
      state.staticIps.push(row);
      return row;
    },
    /**
     * Resolves when the instance answers there. Throws InvalidInput when either has another or cannot have one,
     * OperationFailure when the instance neither runs nor is stopped (texts ours).
     */
    async attach(row: StaticIpRow, instance: InstanceRow): Promise<void> {
      if (row.attachedTo !== null) throw invalidInput(`${row.name} is already attached to ${row.attachedTo}.`);
      const other = staticIpOf(state, instance);
      if (other) throw invalidInput(`${instance.name} already has a static IP: ${other.name}.`);
      if (instance.ipAddressType === 'ipv6') throw invalidInput(`${instance.name} has IPv6 addresses only.`);
      demand(instance, 'running', 'stopped');
      await connect(row, instance, instance.name);
    },
    /** Gives the instance that had it, with a new dynamic address. Throws InvalidInput when there is none, and OperationFailure. */
    async detach(row: StaticIpRow): Promise<InstanceRow> {
      const instance = state.instances.find(({ region, name }) => region === row.region && name === row.attachedTo);
      if (!instance) throw invalidInput(`${row.name} is not attached to an instance.`);
      demand(instance, 'running', 'stopped');
      await connect(row, instance, null);
      return instance;
    },
    /** Throws InvalidInput while it is attached (class and text ours). */
    release(row: StaticIpRow): void {
      if (row.attachedTo !== null) throw invalidInput(`${row.name} is attached to ${row.attachedTo}; detach it first.`);
      state.staticIps.splice(state.staticIps.indexOf(row), 1);
    },
  };

  async function connect(row: StaticIpRow, instance: InstanceRow, attachedTo: string | null): Promise<void> {
    const before = row.attachedTo;
    row.attachedTo = attachedTo;
    try {
      await lifecycle.readdress(instance);
    } catch (error) {
      row.attachedTo = before;
      throw error;
    }
  }

  return ips;
}
