import { ARCHITECTURE } from '../docker/engine.ts';
import type { Machine } from '../machine/machine.ts';
import { packageInfo } from '../machine/packages.ts';
import { type Call, complain, type Program, type Run } from './program.ts';
import { startUnit } from './systemd.ts';

const DEFAULT_FORMAT = `\${binary:Package}\\t\${Version}\\n`;
const FIELDS: Record<string, (name: string, machine: Machine) => string> = {
  'binary:Package': (name) => name,
  Package: (name) => name,
  'db:Status-Abbrev': (name, { state }) => state.packages[name]?.status ?? '',
  Version: (name, { state }) => state.packages[name]?.version ?? '',
  Architecture: () => ARCHITECTURE,
};

const dpkg: Run = (call) => {
  const [option, all] = call.words;
  if (option === '--print-architecture') {
    call.out(`${ARCHITECTURE}\n`);
    return 0;
  }
  if (option === '--audit') return audit(call);
  if (option === '--configure' && all === '-a') return configure(call);
  const help = 'Type dpkg --help for help about installing and deinstalling packages [*];';
  return complain(call, `dpkg: error: unknown option ${option ?? ''}\n\n${help}`, 2);
};

/** The packages of which something is unfinished, under dpkg's explanation. */
function audit(call: Call): number {
  const unpacked = unpackedPackages(call.machine);
  if (unpacked.length === 0) return 0;
  call.out('The following packages have been unpacked but not yet configured.\n');
  call.out(
    'They must be configured using dpkg --configure or the configure\nmenu option in dselect for them to work:\n',
  );
  for (const name of unpacked) call.out(` ${name.padEnd(20)} (virtual package)\n`);
  call.out('\n');
  return 0;
}

async function configure(call: Call): Promise<number> {
  if (call.machine.dpkgLock.left() > 0) {
    call.err('dpkg: error: dpkg frontend lock was locked by another process with pid 812\n');
    return complain(
      call,
      'Note: removing the lock file is always wrong, and may end up breaking the\nlocked area and the entire system.',
      2,
    );
  }
  for (const name of unpackedPackages(call.machine)) {
    call.out(`Setting up ${name} (${call.machine.state.packages[name]?.version}) ...\n`);
    await configurePackage(call.machine, name);
  }
  return 0;
}

/** Finishes an installation: its units are enabled and started. One that does not start does not stop dpkg. */
export async function configurePackage(machine: Machine, name: string): Promise<void> {
  const found = machine.state.packages[name];
  if (!found) return;
  found.status = 'ii ';
  for (const unit of packageInfo(machine.system, name)?.units ?? []) {
    machine.state.units[unit] ??= { enabled: true, active: false };
    await startUnit(machine, unit);
  }
}

function unpackedPackages({ state }: Machine): string[] {
  return Object.keys(state.packages).filter((name) => state.packages[name]?.status === 'iU ');
}

const query: Run = (call) => {
  const [show, ...words] = call.words;
  const format = words[0]?.startsWith('--showformat=') ? words.shift()?.slice('--showformat='.length) : undefined;
  const bad = [show, ...words].find((word) => word?.startsWith('-') && word !== '--show');
  if (show !== '--show' || bad) {
    const help = 'Use --help for help about querying packages.';
    return complain(call, `dpkg-query: error: unknown option ${bad ?? show ?? ''}\n\n${help}`, 2);
  }
  let exit = 0;
  for (const name of words) {
    if (!call.machine.state.packages[name]) exit = complain(call, `dpkg-query: no packages found matching ${name}`, 1);
    else call.out(render(format ?? DEFAULT_FORMAT, name, call.machine));
  }
  return exit;
};

function render(format: string, name: string, machine: Machine): string {
  const filled = format.replace(/\$\{([^}]+)\}/g, (_, field: string) => FIELDS[field]?.(name, machine) ?? '');
  return filled.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
}

export const dpkgPrograms: Record<string, Program> = {
  dpkg: { run: dpkg, from: ['dpkg'] },
  'dpkg-query': { run: query, from: ['dpkg'] },
};
