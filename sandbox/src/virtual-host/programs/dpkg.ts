import { ARCHITECTURE } from '../docker/engine.ts';
import type { Machine } from '../machine/machine.ts';
import { packageInfo } from '../machine/packages.ts';
import { configureAll, unfinished } from '../packages/dpkg.ts';
import { type Call, complain, type Program, type Run } from './program.ts';

const DEFAULT_FORMAT = `\${binary:Package}\\t\${Version}\\n`;
const FIELDS: Record<string, (name: string, machine: Machine) => string> = {
  'binary:Package': (name) => name,
  Package: (name) => name,
  'db:Status-Abbrev': (name, { state }) => state.packages[name]?.status ?? '',
  Version: (name, { state }) => state.packages[name]?.version ?? '',
  Architecture: () => ARCHITECTURE,
};

/** What is unfinished, by dpkg's abbreviation, and dpkg's explanation. */
const UNFINISHED = {
  'iU ':
    'The following packages have been unpacked but not yet configured.\n' +
    'They must be configured using dpkg --configure or the configure\nmenu option in dselect for them to work:\n',
  'iF ':
    'The following packages are only half configured, probably due to problems\n' +
    'configuring them the first time.  The configuration should be retried using\n' +
    'dpkg --configure <package> or the configure menu option in dselect:\n',
} as const;

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

function audit({ machine, out }: Call): number {
  const { state, system } = machine;
  for (const [status, explanation] of Object.entries(UNFINISHED)) {
    const names = unfinished(machine).filter((name) => state.packages[name]?.status === status);
    if (names.length === 0) continue;
    const rows = names.map((name) => ` ${name.padEnd(20)} ${packageInfo(system, name)?.description ?? ''}\n`);
    out(`${explanation}${rows.join('')}\n`);
  }
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
  return (await configureAll(call, unfinished(call.machine))) ? 0 : 1;
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
