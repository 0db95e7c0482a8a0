import type { Machine } from '../machine/machine.ts';
import { packageInfo } from '../machine/packages.ts';
import { dropInsOf, startUnit } from '../units/manager.ts';
import { scripts } from './index.ts';

/** A run of dpkg, as its packages' scripts see it. */
export interface DpkgCall {
  machine: Machine;
  environment: Readonly<Record<string, string>>;
  out(text: string): void;
  err(text: string): void;
}

/** Puts a package's files there, of another version or for the first time; it is to be configured then. */
export async function unpackPackage(
  { machine, environment, out }: DpkgCall,
  name: string,
  version: string,
): Promise<void> {
  const { state, system } = machine;
  const before = state.packages[name];
  const configured = before?.status === 'ii ' ? before.version : before?.configured;
  await scripts[name]?.unpack({ machine, version, environment, say: out });
  state.packages[name] = { version, status: 'iU ', ...(configured ? { configured } : {}) };
  for (const unit of packageInfo(system, name)?.quietUnits ?? []) {
    state.units[unit] ??= { enabled: false, active: false, dropIns: dropInsOf(machine, unit) };
  }
}

/**
 * Finishes an installation: its units are enabled and started, where that is the package's custom. A unit that does not start
 * does not stop dpkg; a script that fails does: then the package is left half configured. Gives whether it went well.
 */
export async function configurePackage(call: DpkgCall, name: string): Promise<boolean> {
  const { machine, environment, out, err } = call;
  const { state, system } = machine;
  const found = state.packages[name];
  if (!found) return true;
  const { version, configured } = found;
  const upgraded = configured !== undefined;
  const exit = (await scripts[name]?.configure({ machine, version, environment, say: out, upgraded })) ?? 0;
  if (exit !== 0) {
    found.status = 'iF ';
    err(`dpkg: error processing package ${name} (--configure):\n`);
    err(` installed ${name} package post-installation script subprocess returned error exit status ${exit}\n`);
    return false;
  }
  state.packages[name] = { version, status: 'ii ' };
  for (const unit of packageInfo(system, name)?.units ?? []) {
    state.units[unit] ??= { enabled: true, active: false };
    if (!state.units[unit]?.active) await startUnit(machine, unit);
  }
  return true;
}

/** Configures these packages; names those that failed, as dpkg does at its end. */
export async function configureAll(call: DpkgCall, names: readonly string[]): Promise<boolean> {
  const failed: string[] = [];
  for (const name of names) {
    call.out(`Setting up ${name} (${call.machine.state.packages[name]?.version}) ...\n`);
    if (!(await configurePackage(call, name))) failed.push(name);
  }
  if (failed.length > 0) call.err(`Errors were encountered while processing:\n ${failed.join('\n ')}\n`);
  return failed.length === 0;
}

/** Packages that an earlier run has left before its end. */
export function unfinished({ state }: Machine): string[] {
  return Object.keys(state.packages).filter((name) => state.packages[name]?.status !== 'ii ');
}
