import type { Machine } from '../../machine/machine.ts';
import { type PackageInfo, packageInfo, packageVersions } from '../../machine/packages.ts';
import { readDeb } from '../../vendors.ts';
import type { AptCall } from './options.ts';

export interface Wanted {
  name: string;
  info: PackageInfo;
}

/** What apt finds that is to be done, before it does any of it. */
export interface Plan {
  /** To be unpacked, each before what it depends on. */
  wanted: Wanted[];
  /** Of those that were asked for by name: what is there in this version already. */
  present: string[];
}

/** Gives apt's complaint in place of a plan. */
export function resolve(
  machine: Machine,
  { names, changeHeld, downgrade }: Pick<AptCall, 'names' | 'changeHeld' | 'downgrade'>,
): Plan | string {
  const wanted = new Map<string, Wanted>();
  const present: string[] = [];
  for (const word of names) {
    const asked = readName(machine, word);
    if (typeof asked === 'string') return asked;
    const problem = want(machine, asked, wanted);
    if (problem) return problem;
    if (!wanted.has(asked.name)) present.push(asked.name);
  }
  const list = [...wanted.values()];
  const complaint = complaintOf(machine, list, { changeHeld, downgrade });
  return complaint ?? { wanted: list, present };
}

interface Asked {
  name: string;
  /** The archives', or the file's own. */
  info: PackageInfo | undefined;
}

/** NAME, NAME=VERSION or the path of a .deb. */
function readName(machine: Machine, word: string): Asked | string {
  if (word.startsWith('/') || word.startsWith('./')) return readFile(machine, word);
  const [name = '', version] = word.split('=');
  const known = offers(machine, name);
  if (version === undefined) return { name, info: known[0] };
  if (known.length === 0 && !machine.state.packages[name]) return `E: Unable to locate package ${name}`;
  const info = known.find((one) => one.version === version) ?? installedInfo(machine, name, version);
  return info ? { name, info } : `E: Version '${version}' for '${name}' was not found`;
}

function readFile(machine: Machine, path: string): Asked | string {
  const text = machine.files.find(path)?.text;
  if (text === undefined) return `E: Unsupported file ${path} given on commandline`;
  const deb = readDeb(text);
  const info = deb && packageInfo(machine.system, deb.name, deb.version);
  if (deb && info) return { name: deb.name, info };
  const archive = 'E: Invalid archive signature\nE: Internal error, could not locate member control.tar';
  return `${archive}{.zst,.lz4,.gz,.xz,.bz2,.lzma,}\nE: Could not read meta data from ${path}\nE: The package lists or status file could not be parsed or opened.`;
}

/** What the lists that were read hold under a name, the newest first. */
export function offers({ state, system }: Machine, name: string): PackageInfo[] {
  return packageVersions(system, name).filter(({ archive }) => state.lists.includes(archive));
}

/** What is installed is known to apt also where no list has it any more. */
function installedInfo({ state, system }: Machine, name: string, version: string): PackageInfo | undefined {
  return state.packages[name]?.version === version ? packageInfo(system, name, version) : undefined;
}

/** Adds a package and what it depends on, unless it is there; gives apt's complaint when it cannot be had. */
function want(machine: Machine, { name, info }: Asked, wanted: Map<string, Wanted>): string | undefined {
  const { state } = machine;
  const version = state.packages[name]?.version;
  if (wanted.has(name) || (version !== undefined && (!info || version === info.version))) return undefined;
  if (!info) return `E: Unable to locate package ${name}`;
  const clash = info.conflicts.find((other) => state.packages[other] || wanted.has(other));
  if (clash) {
    const what = ` ${name} : Conflicts: ${clash}`;
    return `The following packages have unmet dependencies:\n${what}\nE: Error, pkgProblemResolver::Resolve generated breaks, this may be caused by held packages.`;
  }
  wanted.set(name, { name, info });
  for (const other of info.depends) {
    // Any version of it will do.
    const info = state.packages[other] ? undefined : offers(machine, other)[0];
    const problem = want(machine, { name: other, info }, wanted);
    if (problem?.startsWith('E: Unable to locate')) return unmet(name, other);
    if (problem) return problem;
  }
  return undefined;
}

function unmet(name: string, other: string): string {
  const what = ` ${name} : Depends: ${other} but it is not installable`;
  return `The following packages have unmet dependencies:\n${what}\nE: Unable to correct problems, you have held broken packages.`;
}

function complaintOf(
  { state }: Machine,
  wanted: readonly Wanted[],
  { changeHeld, downgrade }: Pick<AptCall, 'changeHeld' | 'downgrade'>,
): string | undefined {
  const there = wanted.filter(({ name }) => state.packages[name]);
  if (!downgrade && there.some(({ name, info }) => isNewer(state.packages[name]?.version ?? '', info.version))) {
    return 'E: Packages were downgraded and -y was used without --allow-downgrades.';
  }
  if (!changeHeld && there.some(({ name }) => state.held.includes(name))) {
    return 'E: Held packages were changed and -y was used without --allow-change-held-packages.';
  }
  return undefined;
}

export function isNewer(a: string, b: string): boolean {
  return a.localeCompare(b, 'en', { numeric: true }) > 0;
}
