import type { Machine } from '../machine.ts';
import { failed, ok, type Program } from '../program.ts';
import { archive } from '../systems.ts';

const dpkg: Program = (_machine, [option]) => {
  if (option === '--print-architecture') return ok('amd64\n');
  // Nothing is ever left half installed in memory: both have nothing to say.
  if (option === '--audit' || option === '--configure') return ok();
  return failed(2, `dpkg: error: unknown option ${option}`);
};

const dpkgQuery: Program = (machine, argv) => {
  const format = argv.find((word) => word.startsWith('--showformat='))?.slice('--showformat='.length);
  if (argv[0] !== '--show' || format === undefined)
    return failed(2, 'dpkg-query: only --show --showformat=... is simulated here');
  const asked = argv.slice(2);
  const missing = asked.filter((name) => !(name in machine.disk.packages));
  const rows = asked.flatMap((name) => {
    const version = machine.disk.packages[name];
    if (version === undefined) return [];
    const values: Record<string, string> = { 'binary:Package': name, 'db:Status-Abbrev': 'ii ', Version: version };
    return format.replaceAll('\\n', '\n').replace(/\$\{([^}]+)\}/g, (_, key) => values[key] ?? '');
  });
  return {
    exit: missing.length > 0 ? 1 : 0,
    stdout: rows.join(''),
    stderr: missing.map((name) => `dpkg-query: no packages found matching ${name}\n`).join(''),
  };
};

const aptGet: Program = async (machine, argv) => {
  const options = argv.flatMap((word, index) => (argv[index - 1] === '-o' ? [word] : []));
  const words = argv.filter((word, index) => !word.startsWith('-') && argv[index - 1] !== '-o');
  if (words[0] === 'update') return ok('Reading package lists...\n');
  if (words[0] !== 'install') return failed(100, `E: Invalid operation ${words[0]}`);
  const patience = Number(options.find((option) => option.startsWith('DPkg::Lock::Timeout='))?.split('=')[1] ?? 0);
  if (!(await lockDpkg(machine, patience))) {
    return failed(
      100,
      'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1234 (unattended-upgr)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?',
    );
  }
  return install(machine, words.slice(1));
};

/** Waits as long as `patience` seconds for whatever else installs packages. */
async function lockDpkg({ time, dpkgLockedUntil }: Machine, patience: number): Promise<boolean> {
  const until = time.now() + patience * 1000;
  while (time.now() < dpkgLockedUntil) {
    if (time.now() >= until) return false;
    await time.sleep(1);
  }
  return true;
}

async function install(machine: Machine, names: readonly string[]) {
  const unknown = names.find((name) => !(name in archive));
  if (unknown) return failed(100, `E: Unable to locate package ${unknown}`);
  for (const name of names) {
    const { version, mb } = archive[name] as { version: string; mb: number };
    if (name in machine.disk.packages) continue;
    if (!machine.chargeDisk(mb)) return failed(100, "E: You don't have enough free space in /var/cache/apt/archives/.");
    machine.disk.packages[name] = version;
    if (name === 'docker.io') {
      machine.disk.enabled.push('docker');
      machine.active.add('docker');
      await machine.engine.start();
    }
  }
  return ok(names.map((name) => `Setting up ${name} (${machine.disk.packages[name]}) ...\n`).join(''));
}

export const packages: Record<string, Program> = { dpkg, 'dpkg-query': dpkgQuery, 'apt-get': aptGet };
