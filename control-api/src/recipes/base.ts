import type { PlanItem, Probe, Step, Text } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import { APT_ENVIRONMENT, aptInstall, aptUpdate } from './apt.ts';
import { BASE_PACKAGES, type BaseFacts, missingPackages, parseBase } from './base-facts.ts';
import { lastLines, type Recipe } from './recipe.ts';
import { planSwap, SWAP_MB, swapIsMissing } from './swap.ts';

export interface BaseWish {
  /** Also read the host's own addresses; for hosts outside Lightsail, whose private address nobody tells us. */
  addresses?: boolean;
  /** For the scripts of packages that an earlier call left half configured. */
  packageEnv?: Readonly<Record<string, Text>>;
}

const SYSTEMS = ['debian 12', 'ubuntu 20.04', 'ubuntu 22.04', 'ubuntu 24.04'];
/** MiB that must be free before anything is installed: package lists, archives and what they unpack to. */
const INSTALL_MB = 1024;

/** A host on which packages can be installed: booted, dpkg in order, swap when RAM is short, curl. */
export const base: Recipe<BaseWish, BaseFacts> = { probes, parse: parseBase, plan };

function probes({ addresses = false }: BaseWish): Probe[] {
  const read = (name: string, argv: readonly string[], more: Partial<Probe> = {}): Probe => ({
    name: `base.${name}`,
    action: { verb: 'run', argv },
    ...more,
  });
  const format = `--showformat=\${binary:Package} \${db:Status-Abbrev} \${Version}\\n`;
  return [
    read('os', ['cat', '/etc/os-release']),
    read('architecture', ['dpkg', '--print-architecture']),
    read('memory', ['grep', '-E', '^(MemTotal|SwapTotal):', '/proc/meminfo']),
    read('cloud_init', ['cloud-init', 'status']),
    read('dpkg_audit', ['dpkg', '--audit']),
    read('packages', ['dpkg-query', '--show', format, ...BASE_PACKAGES, 'docker.io', 'docker-ce']),
    read('swap_files', ['swapon', '--show=NAME', '--noheadings']),
    read('fstab', ['cat', '/etc/fstab']),
    read('disk', ['df', '--output=avail', '-BM', '/var/lib'], { volatile: true }),
    ...(addresses ? [read('addresses', ['hostname', '--all-ip-addresses'])] : []),
  ];
}

function plan(facts: BaseFacts, { packageEnv = {} }: BaseWish): PlanItem[] {
  if (!SYSTEMS.includes(facts.system)) {
    throw new AppError('unsupported_os', `The host runs ${facts.system || 'an unknown system'}.`, {
      details: SYSTEMS.map((message) => ({ message })),
    });
  }
  const missing = missingPackages(facts);
  const needed = (missing.length > 0 ? INSTALL_MB : 0) + (swapIsMissing(facts) ? SWAP_MB : 0);
  requireDisk(facts.diskFreeMb, needed, 'to prepare the host');
  return [...planBoot(facts), ...planDpkg(facts, packageEnv), ...planSwap(facts), ...planPackages(facts, missing)];
}

/** Throws insufficient_disk when less than `neededMb` MiB are free; an unknown amount passes. */
export function requireDisk(freeMb: number | null, neededMb: number, purpose: string): void {
  if (freeMb === null || freeMb >= neededMb) return;
  throw new AppError(
    'insufficient_disk',
    `${neededMb} MB must be free under /var/lib ${purpose}, and only ${freeMb} MB are.`,
    {
      hint: 'Look for what fills it (sudo du -xsh /var/* on the host), or take a larger bundle.',
      details: [{ message: `${neededMb} MB ${purpose}`, missing_disk_mb: neededMb - freeMb }],
    },
  );
}

function planBoot({ cloudInit }: BaseFacts): PlanItem[] {
  if (cloudInit === 'finished') return [{ name: 'First boot', settled: true, detail: 'finished' }];
  if (cloudInit === 'failed') throw bootFailed('cloud-init status: error');
  const wait: Step = {
    name: 'Wait for the first boot to finish',
    effect: 'check',
    action: { verb: 'run_accepting', codes: [0, 2], argv: ['cloud-init', 'status', '--wait'] },
    timeoutS: 300,
    explain: (exit, output) => (exit === 1 ? bootFailed(lastLines(output)) : undefined),
  };
  return [wait];
}

function bootFailed(evidence: string): AppError {
  return new AppError('step_failed', `The first boot of the host (cloud-init) ended with an error: ${evidence}.`, {
    hint: 'Read `cloud-init status --long` and /var/log/cloud-init-output.log on the host; mend user_data and create the instance anew, or reboot it when the rest is as it should be.',
  });
}

function planDpkg({ dpkgAudit }: BaseFacts, packageEnv: Readonly<Record<string, Text>>): PlanItem[] {
  if (dpkgAudit === '') return [{ name: 'dpkg', settled: true, detail: 'nothing half installed' }];
  const configure: Step = {
    name: 'Finish the interrupted installation of packages',
    effect: 'change',
    action: { verb: 'run', argv: ['dpkg', '--configure', '-a'], env: { ...APT_ENVIRONMENT, ...packageEnv } },
    timeoutS: 600,
  };
  return [configure];
}

function planPackages(facts: BaseFacts, missing: readonly string[]): PlanItem[] {
  if (missing.length > 0) return [aptUpdate(), aptInstall(missing)];
  return [
    { name: 'Packages', settled: true, detail: BASE_PACKAGES.map((p) => `${p} ${facts.packages[p]}`).join(', ') },
  ];
}
