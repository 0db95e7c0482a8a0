import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Faults } from '../faults.ts';
import type { Host, HostDriver, HostFault, HostObservations } from '../hosts.ts';
import type { Settings } from '../settings.ts';
import { answerOnAddress, staticIpOf } from './addresses.ts';
import type { InstanceRow, LightsailState, StateName } from './models.ts';
import type { Operations } from './operations.ts';

export interface LifecycleOptions {
  state: LightsailState;
  settings: Settings;
  driver: HostDriver;
  faults: Faults;
  operations: Operations;
  changed: () => void;
}

/** What is under way for one instance: its tasks run one after the other, and deleting it aborts those before. */
interface Live {
  host: Host | undefined;
  tail: Promise<void>;
  abort: AbortController;
}

type Work = (live: Live, signal: AbortSignal) => Promise<void>;

export type Lifecycle = ReturnType<typeof createLifecycle>;

/** What happens to instances and their hosts in the background; each act answers at once with its operation. */
export function createLifecycle({ state, settings, driver, faults, operations, changed }: LifecycleOptions) {
  const { delays, addressRange } = settings;
  const lives = new Map<string, Live>();
  /** Faults for hosts that are not there yet, by instance name. */
  const armed = new Map<string, readonly HostFault[]>();

  function liveOf(row: InstanceRow): Live {
    const live = lives.get(row.arn) ?? { host: undefined, tail: Promise.resolve(), abort: new AbortController() };
    lives.set(row.arn, live);
    return live;
  }

  function giveUp(live: Live): void {
    live.abort.abort();
    live.abort = new AbortController();
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
  const untilRunning =
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

  async function startHost(row: InstanceRow, live: Live): Promise<void> {
    live.host ??= await driver.create(row.spec);
    const { host } = live;
    for (const fault of armed.get(row.name) ?? []) await host.setFault(fault);
    armed.delete(row.name);
    await answerOnAddress(state, addressRange, row, (publicIp) => host.start(publicIp));
    row.spec.privateIp = host.privateIp;
    if (row.hostKeys.length === 0) row.hostKeys = await host.hostKeys();
  }

  async function readdress(row: InstanceRow, { host }: Live): Promise<void> {
    if (row.state !== 'running' || !host) return;
    const before = row.publicIp;
    row.publicIp = null;
    try {
      await answerOnAddress(state, addressRange, row, (publicIp) => host.readdress(publicIp));
    } catch (error) {
      row.publicIp = before;
      throw error;
    }
    changed();
  }

  function switchedOff(row: InstanceRow): void {
    row.publicIp = null;
    move(row, 'stopped');
  }

  async function forget(row: InstanceRow, live: Live): Promise<void> {
    const { host } = live;
    live.host = undefined;
    await host?.destroy();
    lives.delete(row.arn);
    const fixed = staticIpOf(state, row);
    if (fixed) fixed.attachedTo = null;
    state.instances = state.instances.filter((one) => one !== row);
    changed();
  }

  const lifecycle = {
    boot(row: InstanceRow, operationType: 'CreateInstance' | 'StartInstance') {
      move(row, 'pending');
      return later(row, operationType, untilRunning(row));
    },
    /** Frees the public IP unless it is static: the next start brings another. By force it waits for nothing. */
    stop(row: InstanceRow, force: boolean) {
      if (force) giveUp(liveOf(row));
      move(row, 'stopping');
      return later(row, 'StopInstance', async ({ host }, signal) => {
        await host?.stop();
        if (!force) await delay(delays.stoppedMs, undefined, { signal });
        switchedOff(row);
      });
    },
    reboot(row: InstanceRow) {
      return later(row, 'RebootInstance', async ({ host }) => host?.reboot());
    },
    /**
     * Has a running host answer on the instance's static IP, or on a dynamic one if it has none; one that does not run
     * does so when it starts. Rejects when the host cannot, and then all is as before.
     */
    readdress(row: InstanceRow): Promise<void> {
      const live = liveOf(row);
      const moved = live.tail.then(() => readdress(row, live));
      live.tail = moved.catch(() => undefined);
      return moved;
    },
    /** In any state; what was under way is given up. A static IP that it had stays, and costs. */
    remove(row: InstanceRow) {
      const live = liveOf(row);
      giveUp(live);
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
      operations.abandon();
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
      await lifecycle.settle();
      for (const row of [...state.instances]) await forget(row, liveOf(row));
    },
  };

  async function revive(row: InstanceRow, live: Live): Promise<void> {
    if (row.state === 'running') await startHost(row, live);
    else if (row.state === 'pending') lifecycle.boot(row, 'StartInstance');
    else switchedOff(row);
  }

  /** Whatever the region; the tests' names are their own. */
  function hostOf(name: string): Host | undefined {
    const row = state.instances.find((one) => one.name === name);
    return row && lives.get(row.arn)?.host;
  }

  return lifecycle;
}
