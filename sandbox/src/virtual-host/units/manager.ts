import { setImmediate as turn } from 'node:timers/promises';
import type { Machine } from '../machine/machine.ts';
import type { UnitState } from '../machine/state.ts';
import { createCountdown } from '../pace.ts';
import { units } from './index.ts';
import type { Failure, Unit } from './unit.ts';

/** What systemd does with units: starts and stops them, tells the journal, starts again what died. */

type Sleep = (ms: number) => Promise<void>;

/** A start that fails at once, for units that are started while nobody waits. */
const noWait: Sleep = () => turn();
const WANTS_RESTART: Record<string, (failure: Failure) => boolean> = {
  always: () => true,
  'on-failure': () => true,
  'on-abnormal': ({ result }) => result !== 'exit-code',
  'on-abort': ({ result }) => result === 'signal',
};

/** What it does when the machine has booted: reads every unit anew, and starts those that are enabled. */
export async function startEnabled(machine: Machine): Promise<void> {
  for (const [name, unit] of Object.entries(machine.state.units)) {
    const dropIns = dropInsOf(machine, name);
    Object.assign(unit, { active: false, failed: false, result: 'success', restarts: 0, dropIns });
    if (unit.enabled) await startUnit(machine, name);
  }
}

/** The power is gone, and every unit with it: the journal has no word of that. */
export async function loseAll(machine: Machine): Promise<void> {
  for (const name of machine.services.keys()) await units[name]?.stop(machine);
  machine.services.clear();
  for (const unit of Object.values(machine.state.units)) unit.active = false;
}

/** Gives how it failed; undefined also where whoever starts it is not told. */
export async function startUnit(machine: Machine, name: string, sleep: Sleep = noWait): Promise<Failure | undefined> {
  const [unit, state] = [units[name], machine.state.units[name]];
  if (!unit || !state) return undefined;
  await endRun(machine, name);
  Object.assign(state, { failed: false, result: 'success', status: 0 });
  say(machine, name, `Starting ${titleOf(name, unit)}...`);
  const pid = machine.nextPid();
  machine.services.set(name, { pid });
  const failure = await run(machine, name, unit, pid, sleep);
  if (failure) await fail(machine, name, failure);
  state.active = failure === undefined;
  if (!failure) say(machine, name, `Started ${titleOf(name, unit)}.`);
  return failure && (unit.type === 'notify' || failure.early) ? failure : undefined;
}

async function run(
  machine: Machine,
  name: string,
  unit: Unit,
  pid: number,
  sleep: Sleep,
): Promise<Failure | undefined> {
  const words = (text: string) => machine.journal.add(name, text, `${unit.program}[${pid}]`);
  const failing = machine.faults.unitFails.find((one) => one.unit === name);
  if (failing) {
    words(failing.lines.join('\n'));
    return { result: 'exit-code', status: 1 };
  }
  let left = startLimitMs(machine, name, unit);
  class TooSlow extends Error {}
  const patient = async (ms: number) => {
    await sleep(Math.min(ms, left));
    left -= ms;
    if (left < 0) throw new TooSlow();
  };
  try {
    const failure = await unit.start({ machine, pid, say: words, sleep: patient });
    if (failure || !machine.faults.oomKill.has(name)) return failure;
    await unit.stop(machine);
    return { result: 'oom-kill', status: 9 };
  } catch (error) {
    if (!(error instanceof TooSlow)) throw error;
    say(machine, name, `${name}.service: start operation timed out. Terminating.`);
    return { result: 'timeout', status: 15 };
  }
}

/** The kernel ended it. */
export async function killUnit(machine: Machine, name: string, failure: Failure): Promise<void> {
  const state = machine.state.units[name];
  if (!state?.active) return;
  await units[name]?.stop(machine);
  await fail(machine, name, failure);
  state.active = false;
}

export async function stopUnit(machine: Machine, name: string): Promise<void> {
  const [unit, state] = [units[name], machine.state.units[name]];
  if (!unit || !state) return;
  const wasUp = state.active;
  if (wasUp) say(machine, name, `Stopping ${titleOf(name, unit)}...`);
  if (machine.services.get(name)?.restart) state.failed = false;
  await endRun(machine, name);
  state.active = false;
  if (wasUp) say(machine, name, `${name}.service: Deactivated successfully.\nStopped ${titleOf(name, unit)}.`);
}

export async function reloadUnit(machine: Machine, name: string): Promise<Failure | undefined> {
  const unit = units[name];
  const pid = machine.services.get(name)?.pid ?? 0;
  say(machine, name, `Reloading ${titleOf(name, unit as Unit)}...`);
  const words = (text: string) => machine.journal.add(name, text, `${unit?.program}[${pid}]`);
  const failure = await unit?.reload?.({ machine, pid, say: words });
  if (!failure) say(machine, name, `Reloaded ${titleOf(name, unit as Unit)}.`);
  return failure;
}

/** Starts again what died and whose time for that has come. Called by whatever looks at units. */
export async function catchUp(machine: Machine): Promise<void> {
  for (const [name, { restart }] of [...machine.services]) {
    const state = machine.state.units[name];
    if (!restart || restart.left() > 0 || !state) continue;
    state.restarts = (state.restarts ?? 0) + 1;
    say(machine, name, `${name}.service: Scheduled restart job, restart counter is at ${state.restarts}.`);
    await startUnit(machine, name);
  }
}

/** `active`, `activating` where it is about to be started again, `failed` or `inactive`. */
export function activeState(machine: Machine, name: string): string {
  const state = machine.state.units[name];
  if (state?.active) return 'active';
  if (machine.services.get(name)?.restart) return 'activating';
  return state?.failed ? 'failed' : 'inactive';
}

/** Texts of its drop-ins as they are on the disk now. */
export function dropInsOf({ files }: Machine, name: string): string {
  const paths = files.below(`/etc/systemd/system/${name}.service.d`, 1).filter((path) => path.endsWith('.conf'));
  return paths.map((path) => files.read(path)).join('\n');
}

/** A setting of a unit, of its drop-ins as they were last read; the last one counts. */
function settingOf({ dropIns = '' }: UnitState, name: string): string | undefined {
  return [...dropIns.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].at(-1)?.[1]?.trim();
}

const UNIT_LIMITS: Record<string, number> = { opensearch: 75_000 };

function startLimitMs(machine: Machine, name: string, { type }: Unit): number {
  if (type === 'simple') return Number.POSITIVE_INFINITY;
  const set = settingOf(machine.state.units[name] as UnitState, 'TimeoutStartSec');
  return set === undefined ? (UNIT_LIMITS[name] ?? 90_000) : spanMs(set);
}

/** systemd.time(7), of seconds, minutes and `infinity`. */
function spanMs(text: string): number {
  const [, number, unit = 's'] = /^(\d+)\s*(ms|s|sec|min|m)?$/.exec(text) ?? [];
  if (number === undefined || Number(number) === 0) return Number.POSITIVE_INFINITY;
  return Number(number) * ({ ms: 1, s: 1000, sec: 1000 }[unit] ?? 60_000);
}

async function fail(machine: Machine, name: string, failure: Failure): Promise<void> {
  const state = machine.state.units[name] as UnitState;
  const { result, status } = failure;
  machine.sockets.closeAll(machine.services.get(name)?.pid ?? 0);
  for (const line of obituary(name, failure)) say(machine, name, line);
  say(machine, name, `${name}.service: Failed with result '${result}'.`);
  Object.assign(state, { failed: true, result, status });
  const wants = WANTS_RESTART[settingOf(state, 'Restart') ?? 'no']?.(failure);
  const restart = createCountdown();
  if (wants) restart.start(Math.min(spanMs(settingOf(state, 'RestartSec') ?? '100ms'), 3_600_000));
  machine.services.set(name, wants ? { pid: 0, restart } : { pid: 0 });
  const unit = units[name] as Unit;
  if (unit.type === 'notify' || failure.early) say(machine, name, `Failed to start ${titleOf(name, unit)}.`);
}

function obituary(name: string, { result, status, early }: Failure): string[] {
  const what = early ? 'Control process' : 'Main process';
  const killed = `${name}.service: Main process exited, code=killed, status=9/KILL`;
  if (result === 'oom-kill')
    return [`${name}.service: A process of this unit has been killed by the OOM killer.`, killed];
  if (result === 'timeout') return [];
  if (result === 'signal') return [killed];
  const meaning: Record<number, string> = { 1: 'FAILURE', 78: 'CONFIG' };
  return [`${name}.service: ${what} exited, code=exited, status=${status}/${meaning[status] ?? 'n/a'}`];
}

async function endRun(machine: Machine, name: string): Promise<void> {
  const service = machine.services.get(name);
  if (!service) return;
  await units[name]?.stop(machine);
  machine.sockets.closeAll(service.pid);
  machine.services.delete(name);
}

function titleOf(name: string, { description }: Unit): string {
  return `${name}.service - ${description}`;
}

function say(machine: Machine, name: string, text: string): void {
  machine.journal.add(name, text);
}
