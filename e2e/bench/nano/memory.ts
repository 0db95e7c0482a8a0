import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const SAMPLE_MS = 250;
const MB = 1024 * 1024;

/** The kernel's account of a machine: its cgroup and all below it, containers included. */
interface Account {
  /** Memory that no file backs: heaps and stacks. It can leave only for swap. */
  anonymousMb: number;
  /** Pages that came back from swap since the machine started. */
  swapIns: number;
  /**
   * How often something had to wait for the disk since then: a program's text, dropped for want of room, or swap. Pages that
   * were read again are no measure: how many come with each depends on how far the disk reads ahead.
   */
  majorFaults: number;
}

/** What some work cost a machine. */
export interface Cost<T> {
  result: T;
  /** The most anonymous memory that any reading, four a second, found. */
  peakMb: number;
  swapInsPerS: number;
  majorFaultsPerS: number;
}

/** Folder of a machine's memory account on this computer, from its own /proc/1/cgroup: it sees the computer's paths. */
export function accountFolder(ownCgroups: string): string {
  const v1 = /^\d+:memory:(\S+)\/init\.scope$/m.exec(ownCgroups)?.[1];
  if (v1) return `/sys/fs/cgroup/memory${v1}`;
  const v2 = /^0::(\S+)\/init\.scope$/m.exec(ownCgroups)?.[1];
  if (v2) return `/sys/fs/cgroup${v2}`;
  throw new Error(`no account of memory in ${ownCgroups}`);
}

/** Megabytes of anonymous memory below a folder of the kernel's accounts. */
export const anonymousMb = (folder: string) => readAccount(folder).anonymousMb;

/** Anonymous megabytes by whose they are: the containers, the engine's units, and the rest of the machine. */
export function sharesOf(folder: string): Record<string, number> {
  const containers = readdirSync(folder)
    .filter((name) => /^[0-9a-f]{64}$/.test(name))
    .reduce((sum, name) => sum + anonymousMb(`${folder}/${name}`), 0);
  const unit = (name: string) => anonymousMb(`${folder}/system.slice/${name}.service`);
  const [dockerd, containerd] = [unit('docker'), unit('containerd')];
  const rest = anonymousMb(folder) - containers - dockerd - containerd;
  return { containers, dockerd, 'containerd and its shims': containerd, 'the rest of the system': rest };
}

/** Does the work, and reads the machine's account all the while; also over a reboot, which begins another account. */
export async function during<T>(folder: string, work: () => Promise<T>): Promise<Cost<T>> {
  const began = performance.now();
  const sum = { swapIns: 0, majorFaults: 0 };
  let [peakMb, ended] = [0, false];
  const watching = (async () => {
    for (let before: Account | undefined; !ended; await delay(SAMPLE_MS)) {
      const now = readIfThere(folder);
      if (now) peakMb = Math.max(peakMb, now.anonymousMb);
      if (now && before) {
        for (const key of ['swapIns', 'majorFaults'] as const) sum[key] += Math.max(0, now[key] - before[key]);
      }
      before = now;
    }
  })();
  try {
    const result = await work();
    const seconds = (performance.now() - began) / 1000;
    return { result, peakMb, swapInsPerS: sum.swapIns / seconds, majorFaultsPerS: sum.majorFaults / seconds };
  } finally {
    ended = true;
    await watching;
  }
}

/** What the kernel says of processes of the machine that it killed for want of memory, theirs or a container's. */
export function oomKills(folder: string): string[] {
  const { status, stdout, stderr } = spawnSync('dmesg', { encoding: 'utf8', maxBuffer: 64 * MB });
  if (status !== 0) throw new Error(`dmesg: ${stderr}`);
  const machine = folder.replace(/^\/sys\/fs\/cgroup(\/memory)?/, '');
  return stdout.split('\n').filter((line) => line.includes('oom-kill:') && line.includes(`task_memcg=${machine}/`));
}

/** Whether this computer has swap, without which no machine on it has. */
export const hasSwap = () => !/^SwapTotal: +0 kB$/m.test(readFileSync('/proc/meminfo', 'utf8'));

function readIfThere(folder: string): Account | undefined {
  try {
    return readAccount(folder);
  } catch (error) {
    if (['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Documentation/admin-guide/cgroup-v1/memory.rst, cgroup-v2.rst: with version 1, `total_` counts what is below, too. */
function readAccount(folder: string): Account {
  const text = readFileSync(`${folder}/memory.stat`, 'utf8');
  const find = (name: string) => new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1];
  const value = (v1: string, v2: string) => {
    const found = find(v1) ?? find(v2);
    if (found === undefined) throw new Error(`${folder}/memory.stat has neither ${v1} nor ${v2}`);
    return Number(found);
  };
  return {
    anonymousMb: value('total_rss', 'anon') / MB,
    swapIns: value('total_workingset_refault_anon', 'workingset_refault_anon'),
    majorFaults: value('total_pgmajfault', 'pgmajfault'),
  };
}
