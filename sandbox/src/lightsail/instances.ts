import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Faults } from '../faults.ts';
import type { Host, HostDriver, HostFault, HostObservations } from '../hosts.ts';
import type { Settings } from '../settings.ts';
import { type Bundle, usernameOf } from './catalogue.ts';
import { notFound, wrongState } from './errors.ts';
import { openToAll } from './firewall.ts';
import {
  checkNames,
  type InstanceRow,
  type LightsailState,
  newResource,
  type StateName,
  type Tag,
  takeAddress,
} from './models.ts';
import type { Operations } from './operations.ts';

export interface InstancesOptions {
  state: LightsailState;
  settings: Settings;
  driver: HostDriver;
  faults: Faults;
  operations: Operations;
  changed: () => void;
}

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

/** What is under way for one instance: its tasks run one after the other, and deleting it aborts those before. */
interface Live {
  host: Host | undefined;
  tail: Promise<void>;
  abort: AbortController;
}

type Work = (live: Live, signal: AbortSignal) => Promise<void>;

export type Instances = ReturnType<typeof createInstances>;

/** The life of instances: each change is asked for here, answered at once with an operation, and done in the background. */
export function createInstances({ state, settings, driver, faults, operations, changed }: InstancesOptions) {
  const { delays, addressRange } = settings;
  const lives = new Map<string, Live>();
  /** Faults for hosts that are not there yet, by instance name. */
  const armed = new Map<string, readonly HostFault[]>();

  function liveOf(row: InstanceRow): Live {
    const live = lives.get(row.arn) ?? { host: undefined, tail: Promise.resolve(), abort: new AbortController() };
    lives.set(row.arn, live);
    return live;
  }

  function move(row: InstanceRow, name: StateName): void {
    row.state = name;
    if (name !== 'running') row.runningSince = null;
    changed();
  }

  function later(row: InstanceRow, operationType: string, work: Work) {
    const operation = operations.begin(row, operationType);
    const live = liveOf(row);
    const { signal } = live.abort;
    live.tail = live.tail.then(async () => {
      operations.start(operation);
      try {
        await work(live, signal);
        operations.succeed(operation);
      } catch (error) {
        operations.fail(operation, error);
      }
    });
    return operation;
  }

  /** Until running. A host that never started leaves an instance that is gone, one that did leaves it stopped. */
  const boot =
    (row: InstanceRow): Work =>
    async (live, signal) => {
      try {
        await delay(delays.runningMs, undefined, { signal });
        if (faults.holds('never_running', row.name)) await once(signal, 'abort');
        signal.throwIfAborted();
        await startHost(row, live);
        signal.throwIfAborted();
      } catch (error) {
        if (!signal.aborted) await (row.hostKeys.length === 0 ? forget(row, live) : switchedOff(row));
        throw error;
      }
      row.runningSince = Date.now();
      move(row, 'running');
    };

  /** On the address it had, or on a new one; addresses that another process holds or the machine lacks are passed over. */
  async function startHost(row: InstanceRow, live: Live): Promise<void> {
    live.host ??= await driver.create(row.spec);
    for (const fault of armed.get(row.name) ?? []) await live.host.setFault(fault);
    armed.delete(row.name);
    row.publicIp ??= newAddress();
    for (let attempt = 1; ; attempt++) {
      try {
        await live.host.start(row.publicIp);
        break;
      } catch (error) {
        const code = String((error as NodeJS.ErrnoException).code);
        if (!['EADDRINUSE', 'EADDRNOTAVAIL'].includes(code) || attempt === 240) throw error;
        row.publicIp = newAddress();
      }
    }
    row.spec.privateIp = live.host.privateIp;
    if (row.hostKeys.length === 0) row.hostKeys = await live.host.hostKeys();
  }

  const newAddress = () => `127.0.${addressRange}.${takeAddress(state, 'public')}`;

  function switchedOff(row: InstanceRow): void {
    row.publicIp = null;
    move(row, 'stopped');
  }

  async function forget(row: InstanceRow, live: Live): Promise<void> {
    await live.host?.destroy();
    lives.delete(row.arn);
    state.instances.splice(state.instances.indexOf(row), 1);
    changed();
  }

  const instances = {
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
            privateIp: `127.1.${addressRange}.${takeAddress(state, 'private')}`,
          },
        };
        state.instances.push(row);
        return later(row, 'CreateInstance', boot(row));
      });
    },
    start(row: InstanceRow) {
      demand(row, 'stopped');
      move(row, 'pending');
      return later(row, 'StartInstance', boot(row));
    },
    /** Frees the public IP: the next start brings another. */
    stop(row: InstanceRow) {
      demand(row, 'running');
      move(row, 'stopping');
      return later(row, 'StopInstance', async ({ host }, signal) => {
        await host?.stop();
        await delay(delays.stoppedMs, undefined, { signal });
        switchedOff(row);
      });
    },
    reboot(row: InstanceRow) {
      demand(row, 'running');
      return later(row, 'RebootInstance', async ({ host }) => host?.reboot());
    },
    /** In any state; what was under way is given up. */
    remove(row: InstanceRow) {
      const live = liveOf(row);
      live.abort.abort();
      live.abort = new AbortController();
      move(row, 'shutting-down');
      return later(row, 'DeleteInstance', async (_, signal) => {
        await delay(delays.stoppedMs, undefined, { signal });
        await forget(row, live);
      });
    },
    /** Plays these faults and no others; on an instance that has not booted from its first boot on. */
    async setHostFaults(name: string, hostFaults: readonly HostFault[]): Promise<void> {
      const host = hostOf(name);
      if (!host) armed.set(name, hostFaults);
      await host?.clearFaults();
      for (const fault of hostFaults) await host?.setFault(fault);
    },
    /** Undefined for an instance that has not booted. */
    observed: (name: string): HostObservations | undefined => hostOf(name)?.observed(),
    /** Brings back what the state says was there: the running on their addresses, the pending from the start. */
    async restore(): Promise<void> {
      for (const row of [...state.instances]) {
        const live = liveOf(row);
        if (row.state === 'shutting-down') await forget(row, live);
        else await revive(row, live);
      }
    },
    /** Gives up what is under way and waits until it has ended; the hosts stay. */
    async settle(): Promise<void> {
      for (const { abort } of lives.values()) abort.abort();
      await Promise.all([...lives.values()].map(({ tail }) => tail));
    },
    /** Gives up what is under way and destroys every host. */
    async clear(): Promise<void> {
      armed.clear();
      await instances.settle();
      for (const row of [...state.instances]) await forget(row, liveOf(row));
    },
  };

  /** A driver that cannot restore makes a new host: the old host keys are gone with the old one. */
  async function revive(row: InstanceRow, live: Live): Promise<void> {
    if (!driver.restore) row.hostKeys = [];
    if (row.state === 'running') await startHost(row, live);
    else if (row.state === 'pending') later(row, 'StartInstance', boot(row));
    else switchedOff(row);
  }

  /** Whatever the region; the tests' names are their own. */
  function hostOf(name: string): Host | undefined {
    const row = state.instances.find((one) => one.name === name);
    return row && lives.get(row.arn)?.host;
  }

  return instances;
}

function demand(row: InstanceRow, wanted: StateName): void {
  if (row.state !== wanted) throw wrongState(row.name, row.state, wanted);
}
