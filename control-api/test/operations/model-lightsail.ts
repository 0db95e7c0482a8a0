import { AppError } from '../../src/lib/errors.ts';
import type { FirewallRule } from '../../src/schemas/firewall.ts';
import type { Instance } from '../../src/schemas/lightsail.ts';
import type { Snapshot, StaticIp } from '../../src/schemas/lightsail-changes.ts';
import type { ResourceEvent, Sent } from '../../src/services/lightsail/power.ts';
import type { Lightsail } from '../../src/services/lightsail.ts';
import type { Line } from '../../src/services/ssh.ts';
import { fakeClock } from './cloud-fakes.ts';

/** What a command meets: `refused` and `cut` before its effect, `lost` after it. */
type Fault = 'refused' | 'cut' | 'lost';

const awsError = (name: string) =>
  new AppError('aws_error', `HTTP 400 ${name}`, { details: [{ message: name, aws_error: name }] });
const refusal: Sent = { outcome: 'refused', error: awsError('OperationFailureException') };
const silence: Sent = { outcome: 'lost', error: new AppError('aws_unreachable', 'ECONNRESET') };

const towards: Record<string, string> = { pending: 'running', stopping: 'stopped' };

/**
 * Lightsail as a state in memory: what a command begins is done when somebody sleeps, unless it is `stuck`. Commands that a
 * state does not allow are refused, as AWS does.
 */
export function modelLightsail(...[instances, staticIps = [], snapshots = []]: [Instance[], StaticIp[]?, Snapshot[]?]) {
  const clock = fakeClock();
  const model = {
    clock: { ...clock, sleep: async (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal).then(settle) },
    instances,
    staticIps,
    snapshots,
    rules: [] as FirewallRule[],
    events: [] as ResourceEvent[],
    sent: [] as string[],
    pinned: [] as string[],
    /** By call; each is spent by one command. */
    faults: {} as Record<string, Fault[]>,
    stuck: false,
    failure: undefined as string | undefined,
    /** Runs before a command reaches AWS: what another does in between. */
    meanwhile: undefined as (() => void) | undefined,
    lineOpen: true,
    lines: 0,
    hosts: {
      async pinnedKeys({ public_ip }: Instance) {
        model.pinned.push(String(public_ip));
        return [key];
      },
    },
    ssh: {
      presentedHostKey: async () => ({ ...key, fingerprint: 'SHA256:x' }),
      async line(): Promise<Line | undefined> {
        model.lines += 1;
        const close = () => {
          model.lines -= 1;
        };
        return { isOpen: () => model.lineOpen, close };
      },
    },
    lightsail: undefined as unknown as Lightsail,
  };
  const key = { algorithm: 'ssh-ed25519', publicKey: 'AAAA' };
  let addresses = 100;

  const find = (name: string) => model.instances.find((one) => one.name === name);
  const findIp = (name: string) => model.staticIps.find((one) => one.name === name);
  const ipOf = (name: string) => model.staticIps.find(({ attached_to }) => attached_to === name)?.ip_address;
  const change = (name: string, more: Partial<Instance>) => {
    model.instances = model.instances.map((one) => (one.name === name ? { ...one, ...more } : one));
  };
  const assign = (name: string, attached_to: string | null) => {
    model.staticIps = model.staticIps.map((one) => (one.name === name ? { ...one, attached_to } : one));
  };
  const readdress = (name: string) => {
    if (find(name)?.state !== 'running') return;
    change(name, { public_ip: ipOf(name) ?? `203.0.113.${addresses++}`, is_static_ip: ipOf(name) !== undefined });
  };

  function settle(): void {
    if (model.stuck) return;
    model.lineOpen = false;
    model.events = model.events.map((event) => ({ ...event, status: 'succeeded' }));
    model.snapshots = model.snapshots.map((one) => (one.state === 'pending' ? { ...one, state: 'available' } : one));
    model.instances = model.instances.filter(({ state }) => state !== 'shutting-down');
    for (const { name, state } of model.instances) {
      if (towards[state]) change(name, { state: towards[state], ...(state === 'stopping' ? { public_ip: null } : {}) });
      if (state === 'pending') readdress(name);
    }
  }

  async function command(call: string, name: string, allowed: () => boolean, effect: () => void): Promise<Sent> {
    model.sent.push(`${call} ${name}`);
    model.meanwhile?.();
    model.meanwhile = undefined;
    const fault = model.faults[call]?.shift();
    if (fault === 'cut') return silence;
    if (fault === 'refused' || !allowed()) return refusal;
    effect();
    model.events = [event(call), ...model.events];
    return fault === 'lost' ? silence : { outcome: 'taken' };
  }

  const event = (type: string): ResourceEvent => ({
    id: `event-${model.events.length + 1}`,
    type,
    at: new Date(clock.now().getTime() + 1000),
    status: 'under way',
    failure: undefined,
  });
  const power = (call: string, from: string[], state: string) => (_: string, name: string) =>
    command(
      call,
      name,
      () => from.includes(find(name)?.state ?? ''),
      () => change(name, { state }),
    );

  model.lightsail = {
    instance: async (_: string, name: string) => find(name),
    staticIp: async (_: string, name: string) => findIp(name),
    staticIps: async () => model.staticIps,
    snapshot: async (_: string, name: string) => model.snapshots.find((one) => one.name === name),
    events: async () => model.events,
    operationFailure: async () => model.failure,
    startInstance: power('StartInstance', ['stopped'], 'pending'),
    stopInstance: power('StopInstance', ['running'], 'stopping'),
    rebootInstance: power('RebootInstance', ['running'], 'running'),
    deleteInstance: power('DeleteInstance', ['running', 'stopped', 'pending', 'stopping'], 'shutting-down'),
    async allocateStaticIp(region: string, name: string) {
      model.sent.push(`AllocateStaticIp ${name}`);
      const row = { name, region, ip_address: `198.51.100.${addresses++}`, attached_to: null, monthly_usd: 3.65 };
      model.staticIps = [...model.staticIps, row];
      return row;
    },
    attachStaticIp: (_: string, name: string, to: string) =>
      command(
        'AttachStaticIp',
        name,
        () => findIp(name)?.attached_to === null,
        () => {
          assign(name, to);
          readdress(to);
        },
      ),
    detachStaticIp(_: string, name: string) {
      const from = findIp(name)?.attached_to ?? '';
      const effect = () => {
        assign(name, null);
        readdress(from);
      };
      return command('DetachStaticIp', name, () => from !== '', effect);
    },
    releaseStaticIp: (_: string, name: string) =>
      command(
        'ReleaseStaticIp',
        name,
        () => findIp(name)?.attached_to === null,
        () => {
          model.staticIps = model.staticIps.filter((one) => one.name !== name);
        },
      ),
    async createSnapshot(region: string, name: string, instance_name: string) {
      model.sent.push(`CreateInstanceSnapshot ${name}`);
      const row = snapshot({ name, region, instance_name, state: 'pending' });
      model.snapshots = [...model.snapshots, row];
      return row;
    },
    deleteSnapshot: (_: string, name: string) =>
      command(
        'DeleteInstanceSnapshot',
        name,
        () => model.snapshots.some((one) => one.name === name && one.state !== 'pending'),
        () => {
          model.snapshots = model.snapshots.filter((one) => one.name !== name);
        },
      ),
    firewall: async () => model.rules,
    async setFirewall(_: string, name: string, rules: readonly FirewallRule[]) {
      model.sent.push(`PutInstancePublicPorts ${name}`);
      model.rules = [...rules];
    },
  } as Partial<Lightsail> as Lightsail;
  return model;
}

export function staticIp(more: Partial<StaticIp> = {}): StaticIp {
  return {
    ...{ name: 'fixed', region: 'eu-central-1', ip_address: '198.51.100.7', attached_to: null, monthly_usd: 3.65 },
    ...more,
  };
}

export function snapshot(more: Partial<Snapshot> = {}): Snapshot {
  return {
    ...{ name: 'kept', region: 'eu-central-1', instance_name: 'apps', state: 'available', size_gb: 20 },
    ...{ created_at: '2026-11-21T10:00:00.000Z', monthly_usd: 1 },
    ...more,
  };
}
