import { configureAll, unfinished, unpackPackage } from '../../packages/dpkg.ts';
import { type Call, complain } from '../program.ts';
import type { AptCall } from './options.ts';
import { isNewer, type Plan, resolve, type Wanted } from './resolve.ts';

const INSTALL_MS = 2500;
const HOLDER = 'It is held by process 812 (unattended-upgr)';

export async function install(call: Call, asked: AptCall): Promise<number> {
  const { machine } = call;
  const timeoutS = Number(asked.settings.get('DPkg::Lock::Timeout') ?? 0);
  if (!asked.simulate && !(await lockFreed(call, timeoutS))) return 100;
  call.out('Reading package lists...\nBuilding dependency tree...\nReading state information...\n');
  const plan = resolve(machine, asked);
  if (typeof plan === 'string') return complain(call, plan, 100);
  const { state } = machine;
  for (const name of plan.present) {
    call.out(`${name} is already the newest version (${state.packages[name]?.version}).\n`);
  }
  const waiting = unfinished(machine);
  announce(call, plan, asked.names, waiting);
  if (asked.simulate) return simulate(call, plan.wanted);
  if (plan.wanted.length === 0 && waiting.length === 0) return 0;
  return installAll(call, plan.wanted, waiting);
}

/** Waits for dpkg's lock as long as it may. */
async function lockFreed(call: Call, timeoutS: number): Promise<boolean> {
  const { dpkgLock } = call.machine;
  const lock = 'Could not get lock /var/lib/dpkg/lock-frontend';
  for (let second = 0; dpkgLock.left() > 0; second++) {
    if (second >= timeoutS) {
      call.err(`E: ${lock}. ${HOLDER}\n`);
      call.err('N: Be aware that removing the lock file is not a solution and may break your system.\n');
      const frontend = 'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend)';
      complain(call, `${frontend}, is another process using it?`, 100);
      return false;
    }
    if (second === 0) call.out(`Waiting for cache lock: ${lock}. ${HOLDER}...\n`);
    await call.sleep(1000);
  }
  return true;
}

function announce(call: Call, { wanted }: Plan, names: readonly string[], waiting: readonly string[]): void {
  const { packages } = call.machine.state;
  const named = names.map((word) => word.split('=')[0]);
  const isFile = names.some((word) => word.includes('/'));
  const tell = (what: string, list: readonly Wanted[]) => {
    if (list.length > 0) call.out(`The following ${what}:\n  ${sorted(list).join(' ')}\n`);
  };
  const fresh = wanted.filter(({ name }) => !packages[name]);
  const changed = wanted.filter(({ name }) => packages[name]);
  const older = changed.filter(({ name, info }) => isNewer(packages[name]?.version ?? '', info.version));
  const newer = changed.filter((one) => !older.includes(one));
  const extra = fresh.filter(({ name }, at) => !named.includes(name) && !(isFile && at === 0));
  tell('additional packages will be installed', extra);
  tell('NEW packages will be installed', fresh);
  tell('packages will be upgraded', newer);
  tell('packages will be DOWNGRADED', older);
  const left = waiting.filter((name) => !wanted.some((one) => one.name === name)).length;
  const down = older.length > 0 ? `${older.length} downgraded, ` : '';
  call.out(`${newer.length} upgraded, ${fresh.length} newly installed, ${down}0 to remove and 0 not upgraded.\n`);
  if (left > 0) call.out(`${left} not fully installed or removed.\n`);
}

function simulate(call: Call, wanted: readonly Wanted[]): number {
  for (const what of ['Inst', 'Conf']) {
    for (const { name, info } of wanted) call.out(`${what} ${name} (${info.version} ${info.archive} [amd64])\n`);
  }
  return 0;
}

async function installAll(call: Call, wanted: readonly Wanted[], waiting: readonly string[]): Promise<number> {
  const { machine } = call;
  const fetchMb = sum(wanted.map(({ info }) => info.fetchMb));
  const sizeMb = sum(wanted.map(({ name, info }) => (machine.state.packages[name] ? 0 : info.sizeMb)));
  call.out(
    `Need to get ${fetchMb} MB of archives.\nAfter this operation, ${sizeMb} MB of additional disk space will be used.\n`,
  );
  if ((fetchMb + sizeMb) * 1_000_000 > machine.freeBytes()) {
    return complain(call, "E: You don't have enough free space in /var/cache/apt/archives/.", 100);
  }
  await call.sleep(INSTALL_MS + fetchMb * 20);
  for (const { name, info } of wanted) {
    const before = machine.state.packages[name];
    const over = before ? ` over (${before.version})` : '';
    call.out(`Unpacking ${name} (${info.version})${over} ...\n`);
    await unpackPackage(call, name, info.version);
  }
  const names = [...wanted].reverse().map(({ name }) => name);
  const others = waiting.filter((name) => !names.includes(name));
  if (await configureAll(call, [...others, ...names])) return 0;
  return complain(call, 'E: Sub-process /usr/bin/dpkg returned an error code (1)', 100);
}

/** Killed between unpacking and setting up. */
export function leaveUnpacked({ machine }: Call, asked: AptCall): void {
  if (asked.command !== 'install' || asked.simulate) return;
  const plan = resolve(machine, asked);
  if (typeof plan === 'string') return;
  for (const { name, info } of plan.wanted) {
    const call = { machine, environment: {}, out: () => {}, err: () => {} };
    // Files are written before anything is waited for.
    void unpackPackage(call, name, info.version);
  }
}

function sorted(wanted: readonly Wanted[]): string[] {
  return wanted.map(({ name }) => name).sort();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
