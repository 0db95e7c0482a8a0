import type { HostFault } from '../hosts.ts';
import type { Machine } from './machine/machine.ts';
import { packageInfo } from './machine/packages.ts';
import { unpackPackage } from './packages/dpkg.ts';
import { killUnit } from './units/manager.ts';

/** Process of the program that holds a port. */
const STRANGER_PID = 640;

/** Plays what goes wrong inside a machine: its disk, units, ports and packages. Throws a TypeError for a port that is not free. */
export async function playInside(machine: Machine, fault: HostFault): Promise<void> {
  const { faults, sockets } = machine;
  if (fault.type === 'disk_full') faults.diskFull = true;
  if (fault.type === 'unit_fails') faults.unitFails.push({ unit: fault.unit, lines: fault.lines });
  if (fault.type === 'half_configured') await leaveHalfConfigured(machine, fault.package);
  if (fault.type === 'oom_kill') {
    faults.oomKill.add(fault.unit);
    await killUnit(machine, fault.unit, { result: 'oom-kill', status: 9 });
  }
  if (fault.type === 'port_taken') {
    const { port, program } = fault;
    const held = sockets.holder('0.0.0.0', port);
    if (held) throw new TypeError(`${held.program} has port ${port} already`);
    sockets.open({ address: '0.0.0.0', port, program, pids: [STRANGER_PID] });
    faults.ports.push({ port, program });
  }
}

/** What was done stays: a package is mended by whoever repairs it, a unit by whoever starts it. */
export function clearInside({ faults, sockets }: Machine): void {
  faults.diskFull = false;
  faults.oomKill.clear();
  faults.unitFails = [];
  faults.ports = [];
  sockets.closeAll(STRANGER_PID);
}

async function leaveHalfConfigured(machine: Machine, name: string): Promise<void> {
  const { state, system } = machine;
  const version = state.packages[name]?.version ?? packageInfo(system, name)?.version;
  if (version === undefined) throw new TypeError(`there is no ${name} for this system`);
  if (!state.packages[name])
    await unpackPackage({ machine, environment: {}, out: () => {}, err: () => {} }, name, version);
  const found = state.packages[name];
  if (found) found.status = 'iF ';
}
