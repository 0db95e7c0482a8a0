import type { Machine } from '../machine/machine.ts';
import { type PackageInfo, packageInfo } from '../machine/packages.ts';
import { configurePackage } from './dpkg.ts';
import { type Call, complain, type Program, type Run } from './program.ts';

interface Wanted {
  name: string;
  info: PackageInfo;
}

const UPDATE_MS = 1500;
const INSTALL_MS = 2500;
const HOLDER = 'It is held by process 812 (unattended-upgr)';

const aptGet: Run = (call) => {
  const { options, words } = readOptions(call.words);
  const [command, ...names] = words;
  const unknown = options.find(
    (option) => !['-y', '--yes', '-q', '-qq', '--no-install-recommends'].includes(option.name),
  );
  const bad = unknown && unknown.name !== '-o';
  if (bad)
    return complain(
      call,
      `E: Command line option ${unknown.name} is not understood in combination with the other options`,
      100,
    );
  const setting = options.find(({ value }) => value?.startsWith('DPkg::Lock::Timeout='))?.value;
  if (command === 'update') return update(call);
  if (command === 'install') return install(call, names, Number(setting?.split('=')[1] ?? 0));
  return complain(call, `E: Invalid operation ${command ?? ''}`, 100);
};

function readOptions(words: readonly string[]) {
  const options: { name: string; value?: string }[] = [];
  const rest: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '-o') options.push({ name: word, value: queue.shift() ?? '' });
    else if (word.startsWith('-')) options.push({ name: word });
    else rest.push(word);
  }
  return { options, words: rest };
}

/** The lock of the lists is not waited for, whatever DPkg::Lock::Timeout says. */
async function update(call: Call): Promise<number> {
  const { machine } = call;
  if (machine.dpkgLock.left() > 0) {
    call.out('Reading package lists...\n');
    call.err('E: Could not get lock /var/lib/apt/lists/lock. It is held by process 811 (apt-get)\n');
    return complain(call, 'E: Unable to lock directory /var/lib/apt/lists/', 100);
  }
  await call.sleep(UPDATE_MS);
  const { id, codename } = machine.system;
  const main = id === 'ubuntu' ? 'http://archive.example/ubuntu' : 'http://archive.example/debian';
  const archives = ['main', ...(hasDockerSource(machine) ? ['docker'] : [])];
  archives.forEach((archive, at) => {
    const url = archive === 'docker' ? `https://download.docker.com/linux/${id}` : main;
    call.out(`${machine.state.lists.includes(archive) ? 'Hit' : 'Get'}:${at + 1} ${url} ${codename} InRelease\n`);
  });
  machine.state.lists = archives;
  call.out('Reading package lists...\n');
  return 0;
}

/** Docker's archive counts once its source and the key that signs it are there. */
function hasDockerSource({ files }: Machine): boolean {
  const key = files.find('/etc/apt/keyrings/docker.asc')?.text ?? '';
  return files.find('/etc/apt/sources.list.d/docker.sources') !== undefined && key.includes('PGP PUBLIC KEY');
}

async function install(call: Call, names: readonly string[], lockTimeoutS: number): Promise<number> {
  const { machine } = call;
  if (!(await lockFreed(call, lockTimeoutS))) return 100;
  call.out('Reading package lists...\nBuilding dependency tree...\nReading state information...\n');
  const wanted = new Map<string, Wanted>();
  for (const name of names) {
    const problem = want(machine, name, wanted);
    if (problem) return complain(call, problem, 100);
  }
  for (const name of names) {
    if (!wanted.has(name))
      call.out(`${name} is already the newest version (${machine.state.packages[name]?.version}).\n`);
  }
  return installAll(call, [...wanted.values()], names);
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

/** Adds a package and what it depends on, unless it is there; gives apt's complaint when it cannot be had. */
function want(machine: Machine, name: string, wanted: Map<string, Wanted>): string | undefined {
  const { state, system } = machine;
  if (wanted.has(name) || state.packages[name]?.status === 'ii ') return undefined;
  const info = packageInfo(system, name);
  if (!info || !state.lists.includes(info.archive)) return `E: Unable to locate package ${name}`;
  const clash = info.conflicts.find((other) => state.packages[other] || wanted.has(other));
  if (clash) {
    const what = ` ${name} : Conflicts: ${clash}`;
    return `The following packages have unmet dependencies:\n${what}\nE: Error, pkgProblemResolver::Resolve generated breaks, this may be caused by held packages.`;
  }
  wanted.set(name, { name, info });
  for (const other of info.depends) {
    const problem = want(machine, other, wanted);
    if (problem) return problem;
  }
  return undefined;
}

async function installAll(call: Call, wanted: readonly Wanted[], names: readonly string[]): Promise<number> {
  const { machine } = call;
  const extra = wanted.filter(({ name }) => !names.includes(name));
  if (extra.length > 0) {
    call.out(`The following additional packages will be installed:\n  ${extra.map(({ name }) => name).join(' ')}\n`);
  }
  if (wanted.length > 0) call.out(`The following NEW packages will be installed:\n  ${sorted(wanted).join(' ')}\n`);
  call.out(`0 upgraded, ${wanted.length} newly installed, 0 to remove and 0 not upgraded.\n`);
  if (wanted.length === 0) return 0;
  const fetchMb = sum(wanted.map(({ info }) => info.fetchMb));
  const sizeMb = sum(wanted.map(({ info }) => info.sizeMb));
  call.out(
    `Need to get ${fetchMb} MB of archives.\nAfter this operation, ${sizeMb} MB of additional disk space will be used.\n`,
  );
  if ((fetchMb + sizeMb) * 1_000_000 > machine.freeBytes()) {
    return complain(call, "E: You don't have enough free space in /var/cache/apt/archives/.", 100);
  }
  await call.sleep(INSTALL_MS);
  for (const { name, info } of wanted) {
    unpack(machine, name, info);
    call.out(`Unpacking ${name} (${info.version}) ...\n`);
  }
  for (const { name, info } of [...wanted].reverse()) {
    call.out(`Setting up ${name} (${info.version}) ...\n`);
    await configurePackage(machine, name);
  }
  return 0;
}

function unpack({ state }: Machine, name: string, { version }: PackageInfo): void {
  state.packages[name] = { version, status: 'iU ' };
}

/** Killed between unpacking and setting up. */
function leaveUnpacked({ words, machine }: Call): void {
  const wanted = new Map<string, Wanted>();
  const [command, ...names] = readOptions(words).words;
  if (command !== 'install') return;
  for (const name of names) if (want(machine, name, wanted)) return;
  for (const { name, info } of wanted.values()) unpack(machine, name, info);
}

function sorted(wanted: readonly Wanted[]): string[] {
  return wanted.map(({ name }) => name).sort();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

export const aptPrograms: Record<string, Program> = {
  'apt-get': { run: aptGet, from: ['apt'], halfDone: leaveUnpacked },
};
