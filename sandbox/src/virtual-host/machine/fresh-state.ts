import type { HostSpec } from '../../hosts.ts';
import { emptyEngine } from '../docker/state.ts';
import { packageInfo } from './packages.ts';
import type { MachineState } from './state.ts';
import type { System } from './systems.ts';

/** The disk of a machine that has never booted. */
export function freshState(spec: HostSpec, system: System): MachineState {
  const installed = system.installed.map((name) => {
    const version = packageInfo(system, name)?.version ?? '1';
    return [name, { version, status: 'ii ' as const }];
  });
  const directories = ['/etc', '/etc/apt', '/etc/apt/sources.list.d', '/etc/apt/keyrings', '/run', '/root', '/tmp'];
  const more = [
    '/usr',
    '/var',
    '/var/lib',
    '/var/lib/cloud',
    '/var/lib/cloud/instance',
    '/home',
    `/home/${spec.username}`,
  ];
  return {
    files: {
      '/etc/os-release': { text: system.osRelease, mode: '644' },
      '/etc/fstab': { text: system.fstab, mode: '644' },
      '/etc/hostname': { text: `${spec.name}\n`, mode: '644' },
      '/var/lib/cloud/instance/user-data.txt': { text: spec.userData, mode: '600' },
    },
    directories: Object.fromEntries([...directories, ...more].map((path) => [path, true as const])),
    packages: Object.fromEntries(installed),
    lists: [],
    units: {},
    held: [],
    journal: [],
    sysctl: {},
    swaps: [],
    firstBootDone: false,
    engine: emptyEngine(),
  };
}
