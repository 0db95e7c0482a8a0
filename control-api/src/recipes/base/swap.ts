import type { PlanItem, Step } from '../../lib/command.ts';
import type { BaseFacts } from './facts.ts';

export const SWAP_MB = 1024;
const SWAP_FILE = '/swapfile';
const FSTAB = '/etc/fstab';
/** With less RAM than this (MiB), apt and dpkg can be killed for want of memory. */
const SMALL_HOST_MB = 2048;

export function swapIsMissing({ memoryMb, swapMb }: BaseFacts): boolean {
  return memoryMb !== null && memoryMb < SMALL_HOST_MB && swapMb === 0;
}

/** Swap on small hosts, of whatever kind; a swap file of ours is also in fstab. Each step may be repeated. */
export function planSwap(facts: BaseFacts): PlanItem[] {
  const missing = swapIsMissing(facts);
  const remember = !isInFstab(facts.fstab) && (missing || facts.swapFiles.includes(SWAP_FILE));
  if (!missing && !remember) {
    return [{ name: 'Swap', settled: true, detail: facts.swapMb > 0 ? `${facts.swapMb} MB` : 'not needed' }];
  }
  return [...(missing ? makeSwap() : []), ...(remember ? [writeFstab(facts.fstab ?? '')] : [])];
}

function isInFstab(fstab: string | null): boolean {
  return fstab === null || fstab.split('\n').some((line) => line.split(/\s+/)[0] === SWAP_FILE);
}

function makeSwap(): Step[] {
  const step = (name: string, ...argv: string[]): Step => ({
    name,
    effect: 'change',
    action: { verb: 'run', argv },
    timeoutS: 120,
  });
  return [
    step('Make a swap file of 1 GiB', 'fallocate', '--length', '1GiB', SWAP_FILE),
    step('Let only root read the swap file', 'chmod', '600', SWAP_FILE),
    step('Format the swap file', 'mkswap', SWAP_FILE),
    step('Switch the swap file on', 'swapon', SWAP_FILE),
  ];
}

function writeFstab(before: string): Step {
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  const content = `${before}${separator}${SWAP_FILE} none swap sw 0 0\n`;
  return {
    name: 'Switch the swap file on at every boot',
    effect: 'change',
    action: { verb: 'write_file', path: FSTAB, mode: '644', content, before },
    timeoutS: 20,
  };
}
