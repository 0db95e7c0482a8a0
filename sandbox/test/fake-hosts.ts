import type { Host, HostDriver, HostFault, HostKey, HostSpec } from '../src/hosts.ts';

export interface FakeHosts extends HostDriver {
  snapshot(): unknown;
  restore(state: unknown): void;
  specs: HostSpec[];
  /** What was asked of hosts, in order: `start a 127.0.21.11`. */
  log: string[];
  refusals: Map<string, Error>;
  restored: unknown;
}

const known = ['slow', 'refuse'];

/** Hosts that only say what was asked of them. Starting or readdressing one fails once with the error kept under its name in `refusals`. */
export function fakeHosts(overrides: Pick<Partial<HostDriver>, 'blueprints'> = {}): FakeHosts {
  const log: string[] = [];
  const specs: HostSpec[] = [];
  const refusals = new Map<string, Error>();
  const images: unknown[] = [];
  const driver: FakeHosts = {
    blueprints: undefined,
    images: {
      put: (image) => images.push(image),
      setFault: (fault) => log.push(`image fault ${JSON.stringify(fault)}`),
    },
    specs,
    log,
    refusals,
    restored: undefined,
    snapshot: () => ({ hosts: specs.map(({ id }) => id) }),
    restore: (state) => {
      driver.restored = state;
    },
    create: async (spec) => {
      specs.push(spec);
      return fakeHost(spec, log, refusals);
    },
    close: async () => {
      log.push('close');
    },
    ...overrides,
  };
  return driver;
}

export const fakeHostKey: HostKey = {
  algorithm: 'ssh-ed25519',
  publicKey: 'AAAAC3NzaC1lZDI1NTE5AAAAIHBZyTrKMJH1OIHVG5hHkVK0R1wu0l4T4bp6bLb6XjUJ',
};

function fakeHost(spec: HostSpec, log: string[], refusals: Map<string, Error>): Host {
  const faults: HostFault[] = [];
  return {
    privateIp: spec.privateIp,
    async start(publicIp) {
      log.push(`start ${spec.name} ${publicIp}`);
      const refusal = refusals.get(spec.name);
      refusals.delete(spec.name);
      if (refusal) throw refusal;
    },
    async readdress(publicIp) {
      log.push(`readdress ${spec.name} ${publicIp}`);
      const refusal = refusals.get(spec.name);
      refusals.delete(spec.name);
      if (refusal) throw refusal;
    },
    stop: async () => void log.push(`stop ${spec.name}`),
    reboot: async () => void log.push(`reboot ${spec.name}`),
    destroy: async () => void log.push(`destroy ${spec.name}`),
    hostKeys: async () => [fakeHostKey],
    async setFault(fault) {
      if (!known.includes(fault.type)) throw new TypeError(`Known faults: ${known.join(', ')}`);
      faults.push(fault);
      log.push(`fault ${spec.name} ${fault.type}`);
    },
    async clearFaults() {
      faults.length = 0;
    },
    observed: () => ({ connections: 3, authAttempts: 2, execs: 1, bytesIn: 4, commandLines: ['true'] }),
  };
}
