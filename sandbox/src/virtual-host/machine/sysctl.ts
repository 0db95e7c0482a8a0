import type { Files } from './files.ts';

/** Of the kernels of Debian 12 and Ubuntu 22.04; Ubuntu 24.04 has 1048576 by a file of its own. */
const DEFAULTS: Readonly<Record<string, string>> = { 'vm.max_map_count': '65530', 'vm.swappiness': '60' };

/** A setting of the kernel; undefined for one that it does not have here. */
export function readSysctl(changed: Readonly<Record<string, string>>, name: string): string | undefined {
  return changed[name] ?? DEFAULTS[name];
}

/** The settings in a file for sysctl, those that the kernel has. */
export function settingsIn(text: string): Record<string, string> {
  const rows = text.split('\n').map((line) => /^\s*-?([\w./]+)\s*=\s*(.*?)\s*$/.exec(line));
  const pairs = rows.flatMap((row) => (row ? [[(row[1] ?? '').replaceAll('/', '.'), row[2] ?? '']] : []));
  return Object.fromEntries(pairs.filter(([name = '']) => name in DEFAULTS));
}

/** What systemd-sysctl sets at boot: the files by name, one in /etc in place of the package's own. */
export function settingsAtBoot(files: Files): Record<string, string> {
  const found = new Map<string, string>();
  for (const directory of ['/usr/lib/sysctl.d', '/etc/sysctl.d']) {
    for (const path of files.below(directory, 1)) {
      if (path.endsWith('.conf')) found.set(path.slice(directory.length + 1), files.read(path));
    }
  }
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.assign({}, ...sorted.map(([, text]) => settingsIn(text)));
}
