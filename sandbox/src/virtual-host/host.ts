import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerChannel } from 'ssh2';
import type { Host, HostFault, HostObservations, HostSpec } from '../hosts.ts';
import type { Processes } from './docker/processes.ts';
import type { Registry } from './docker/registry.ts';
import { createStorage } from './docker/storage.ts';
import { createDoor } from './door.ts';
import { createFaultBook } from './fault-book.ts';
import { clearInside, playInside } from './faults-inside.ts';
import { makeHostKeys, type PrivateKeys, publicKeys } from './host-keys.ts';
import { createMachine } from './machine/machine.ts';
import type { MachineState } from './machine/state.ts';
import type { Pace } from './pace.ts';
import { Killed } from './records/execute.ts';
import { afterKnownRunner, readRequest, unknownRunner } from './records/input.ts';
import { type Reader, runRecords, type StepFaults } from './records/runner.ts';
import { createSshd } from './sshd.ts';
import { loseAll, startEnabled } from './units/manager.ts';

/** What of a host is kept over a restart of the sandbox. */
export interface SavedHost {
  id: string;
  hostKeys: PrivateKeys;
  machine: MachineState;
}

export interface VirtualHost extends Host {
  save(): SavedHost;
}

interface Options {
  spec: HostSpec;
  registry: Registry;
  processes: Processes;
  pace: Pace;
  sshPort: number;
  /** Where what its containers write is kept. */
  folder: string;
  saved?: SavedHost | undefined;
}

const BOOT_MS = 1000;

/** A machine in memory behind an SSH server on a real loopback address. */
export function createVirtualHost({ spec, registry, processes, pace, sshPort, folder, saved }: Options): VirtualHost {
  const hostKeys = saved?.hostKeys ?? makeHostKeys();
  const machine = createMachine({
    ...{ spec, registry, processes, pace, sshPort, storage: createStorage(folder), saved: saved?.machine },
  });
  const faults = createFaultBook();
  const seen = { connections: 0, authAttempts: 0, execs: 0, bytesIn: 0 };
  const door = createDoor(sshPort, (socket) => void arrived(socket));
  let address: string | undefined;
  let sshd = createSshd({ spec, hostKeys, seen, exec });

  async function arrived(socket: Socket): Promise<void> {
    seen.connections += 1;
    if (faults.plays('unreachable')) return;
    if (faults.delayMs() > 0) await delay(faults.delayMs());
    if (!socket.destroyed) sshd.serve(socket);
  }

  async function exec(command: string, input: () => Promise<Buffer>, channel: ServerChannel): Promise<void> {
    seen.execs += 1;
    const power = machine.power();
    const restart = faults.takeRestart();
    // Should it not get its address back, it stays down.
    if (restart) return restartSshd(restart.downMs).catch(() => undefined);
    if (faults.delayMs() > 0) await delay(faults.delayMs());
    try {
      channel.exit(await answer(command, input, channel));
    } catch (error) {
      if (error instanceof Killed || power.aborted) return;
      channel.stderr.write(`virtual host: ${(error as Error).stack}\n`);
      channel.exit(70);
    }
    channel.end();
  }

  async function answer(command: string, input: () => Promise<Buffer>, channel: ServerChannel): Promise<number> {
    if (command === 'true') return 0;
    if (!['bash -s', 'sudo -n bash -s'].includes(command)) {
      channel.stderr.write(`virtual host: it runs "sudo -n bash -s", "bash -s" and "true", not "${command}"\n`);
      return 127;
    }
    const text = await input();
    const rest = afterKnownRunner(text);
    const request = rest && readRequest(rest);
    if (rest && request)
      return runRecords({ request, machine, reader: readerOf(channel), faults: stepFaults(channel) });
    channel.stderr.write(rest ? 'host-runner: the input is not whole\n' : unknownRunner(text));
    return rest ? 65 : 127;
  }

  function stepFaults(channel: ServerChannel): StepFaults {
    return {
      async begin(step) {
        const fault = faults.takeHangUp(step);
        if (!fault) return false;
        await flushed(channel);
        const closed = once(channel, 'close');
        door.cut();
        await closed;
        return fault.kill === true;
      },
      instead: faults.failureOf,
    };
  }

  async function restartSshd(downMs: number): Promise<void> {
    await door.shut();
    await delay(downMs);
    if (address && !faults.plays('refuse')) await door.open(address);
  }

  async function stop(): Promise<void> {
    address = undefined;
    await door.shut();
    await machine.shutDown();
    await loseAll(machine);
  }

  async function start(publicIp: string): Promise<void> {
    await delay(BOOT_MS * pace.scale);
    // The address first: who cannot have it must not have booted.
    await door.open(publicIp);
    address = publicIp;
    machine.boot(publicIp);
    await startEnabled(machine);
    if (faults.plays('refuse')) await door.shut();
  }

  async function readdress(publicIp: string): Promise<void> {
    if (!faults.plays('refuse')) await door.open(publicIp);
    address = publicIp;
    await machine.readdress(publicIp);
  }

  async function play(fault: HostFault): Promise<void> {
    if (fault.type === 'dpkg_locked') machine.dpkgLock.start(fault.forMs);
    if (fault.type === 'host_key_changed') sshd = createSshd({ spec, hostKeys: makeHostKeys(), seen, exec });
    if (fault.type === 'refuse') await door.shut();
    await playInside(machine, fault);
  }

  return {
    privateIp: spec.privateIp,
    start,
    readdress,
    stop,
    async reboot() {
      const publicIp = address;
      await stop();
      if (publicIp) await start(publicIp);
    },
    async destroy() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
    hostKeys: async () => publicKeys(hostKeys),
    setFault: async (fault) => play(faults.add(fault)),
    async clearFaults() {
      faults.clear();
      clearInside(machine);
      machine.dpkgLock.start(0);
      sshd = createSshd({ spec, hostKeys, seen, exec });
      if (address) await door.open(address);
    },
    observed: (): HostObservations => ({ ...seen, commandLines: [...machine.commandLines] }),
    save: () => structuredClone({ id: spec.id, hostKeys, machine: machine.state }),
  };
}

function readerOf(channel: ServerChannel): Reader {
  let gone = false;
  channel.once('close', () => {
    gone = true;
  });
  return {
    write: (text) => void (gone || channel.write(text)),
    complain: (text) => void (gone || channel.stderr.write(text)),
    gone: () => gone,
  };
}

/** What was written so far has left this process. */
async function flushed(channel: ServerChannel): Promise<void> {
  await new Promise<void>((resolve) => channel.write('', () => resolve()));
  await delay(1);
}
