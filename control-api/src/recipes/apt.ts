import type { Step, Text } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import { lastLines } from './recipe.ts';

/** apt never asks, keeps edited configuration files, and waits for whoever holds its locks. */
const INSTALL = [
  'apt-get',
  '-y',
  '-o',
  'DPkg::Lock::Timeout=300',
  '-o',
  'Dpkg::Options::=--force-confdef',
  '-o',
  'Dpkg::Options::=--force-confold',
  'install',
];

export const APT_ENVIRONMENT = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' } as const;

/** Reads the package lists. Old apt does not wait for the lock of the lists, so it is tried again until it works. */
export function aptUpdate(): Step {
  return {
    name: 'Update the package lists',
    effect: 'change',
    action: { verb: 'wait_until', argv: ['apt-get', 'update'], want: '', stop: '', intervalS: 5, times: 1 },
    timeoutS: 300,
    explain: (_exit, output) => explainApt('apt-get update', output),
  };
}

/** `env`: for the scripts of the packages. */
export function aptInstall(packages: readonly string[], env: Readonly<Record<string, Text>> = {}): Step {
  return {
    name: `Install ${packages.join(', ')}`,
    effect: 'change',
    action: { verb: 'run', argv: [...INSTALL, ...packages], env: { ...APT_ENVIRONMENT, ...env } },
    timeoutS: 600,
    explain: (_exit, output) => explainApt(`apt-get install ${packages.join(' ')}`, output),
  };
}

/** What apt's words say of the cause; undefined when they name none that we know. */
export function explainApt(command: string, output: string): AppError | undefined {
  const evidence = `${command}: ${lastLines(output, 3)}`;
  if (/no space left on device|don't have enough free space/i.test(output)) {
    return new AppError('insufficient_disk', `The disk is full. ${evidence}`);
  }
  if (/could not get lock|unable to acquire the dpkg/i.test(output)) {
    return new AppError('step_failed', `Another program kept the package system locked. ${evidence}`, {
      hint: 'Wait until it is done (ps aux | grep -E "apt|dpkg" on the host), then repeat the call.',
    });
  }
  const signature = /(NO_PUBKEY|EXPKEYSIG|REVKEYSIG|BADSIG|ERRSIG)( \S+)?|is not signed/.exec(output)?.[0];
  if (signature) {
    return new AppError('step_failed', `${signatureProblem(signature)} ${evidence}`, {
      hint: "Nothing was installed. Find out whether the repository's key was renewed (the call fetches it anew each time), or take a mirror you trust.",
    });
  }
  if (/temporary failure resolving|could not (connect|resolve)|failed to fetch/i.test(output)) {
    return new AppError('step_failed', `The host cannot reach its package archive. ${evidence}`, {
      hint: "Check the host's network and DNS, then repeat the call.",
    });
  }
  return undefined;
}

function signatureProblem(evidence: string): string {
  if (evidence.startsWith('NO_PUBKEY'))
    return `The repository is signed with another key than the one fetched (${evidence}).`;
  if (evidence.startsWith('EXPKEYSIG')) return `The key that the repository is signed with has expired (${evidence}).`;
  return `The signature of the repository is not valid (${evidence}).`;
}
