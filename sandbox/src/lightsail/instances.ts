import { takeAddress } from './addresses.ts';
import { type Bundle, usernameOf } from './catalogue.ts';
import { notFound, wrongState } from './errors.ts';
import { openToAll } from './firewall.ts';
import type { Lifecycle } from './lifecycle.ts';
import { checkNames, type InstanceRow, type LightsailState, newResource, type StateName, type Tag } from './models.ts';

export interface NewInstances {
  names: readonly string[];
  availabilityZone: string;
  blueprintId: string;
  bundle: Bundle;
  keyPairName: string;
  publicKey: string;
  userData: string;
  tags: Tag[];
  ipAddressType: InstanceRow['ipAddressType'];
}

export type Instances = ReturnType<typeof createInstances>;

/** Instances by name, and what may be asked of them in which state. */
export function createInstances(state: LightsailState, lifecycle: Lifecycle, addressRange: number) {
  return {
    /** Throws NotFound. */
    get(region: string, name: string): InstanceRow {
      const row = state.instances.find((one) => one.region === region && one.name === name);
      if (!row) throw notFound('Instance', name);
      return row;
    },
    list: (region: string) => state.instances.filter((row) => row.region === region),
    /** Throws InvalidInput when a name is taken; then none is made. */
    create(region: string, { names, bundle, publicKey, userData, tags, ...rest }: NewInstances) {
      checkNames(state, region, names);
      return names.map((name) => {
        const resource = newResource('Instance', region, name, tags);
        const row: InstanceRow = {
          ...resource,
          ...rest,
          bundleId: bundle.bundleId,
          state: 'pending',
          publicIp: null,
          runningSince: null,
          hostKeys: [],
          ports: [openToAll(22), openToAll(80)],
          spec: {
            id: resource.arn.slice(resource.arn.indexOf('/') + 1),
            name,
            blueprintId: rest.blueprintId,
            username: usernameOf(rest.blueprintId),
            ramMb: bundle.ramSizeInGb * 1024,
            diskGb: bundle.diskSizeInGb,
            authorizedKeys: [publicKey],
            userData,
            privateIp: takeAddress(state, 'private', addressRange),
          },
        };
        state.instances.push(row);
        return lifecycle.boot(row, 'CreateInstance');
      });
    },
    start(row: InstanceRow) {
      demand(row, 'stopped');
      return lifecycle.boot(row, 'StartInstance');
    },
    /** `force` is for one that does not get beyond stopping. */
    stop(row: InstanceRow, force: boolean) {
      demand(row, 'running', ...(force ? (['stopping'] as const) : []));
      return lifecycle.stop(row, force);
    },
    reboot(row: InstanceRow) {
      demand(row, 'running');
      return lifecycle.reboot(row);
    },
    remove: lifecycle.remove,
  };
}

/** Throws OperationFailure in any other state. */
export function demand(row: InstanceRow, ...wanted: readonly StateName[]): void {
  if (!wanted.includes(row.state)) throw wrongState(row.name, row.state, wanted.join(' or '));
}
