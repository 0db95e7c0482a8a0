import type { Clock } from '../../src/lib/clock.ts';
import type { Applied, Context, Operation, StepUpdate } from '../../src/operations/operation.ts';
import type { Bundle, CreateInstanceBody, Instance } from '../../src/schemas/lightsail.ts';

/** A clock that stands still until somebody sleeps. */
export function fakeClock(): Clock & { slept: number[] } {
  let now = Date.parse('2026-11-21T10:00:00Z');
  const slept: number[] = [];
  return {
    slept,
    now: () => new Date(now),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
    },
  };
}

export function fakeContext(clock: Clock): Context {
  return {
    operationId: 'op_019aa2b3c4d0f1e2d3c4',
    actor: 'local',
    startedAt: clock.now(),
    signal: new AbortController().signal,
    defer: () => {},
  };
}

/** Plans and applies an operation as the runner does; `steps` also holds what was told before a failure. */
export async function perform<Input>(operation: Operation<Input>, input: Input, context: Context) {
  const plan = await operation.plan(input, context, await operation.target(input, context));
  const steps: StepUpdate[] = plan.steps.map((step) => ({ ...step, duration_ms: null }));
  const told: string[] = [];
  const step = (index: number, update: StepUpdate) => {
    steps[index] = { ...steps[index], ...update };
  };
  const report = {
    step,
    begin: async (index: number, update: Omit<StepUpdate, 'outcome' | 'duration_ms'>) =>
      step(index, { ...update, outcome: 'running', duration_ms: null }),
    output: (_: number, text: string) => void told.push(text),
  };
  const applied: Partial<Applied> & { error?: unknown } = await plan.apply(report).catch((error) => ({ error }));
  const outcomes = Object.fromEntries(steps.map(({ name, outcome }) => [name, outcome]));
  return { plan, steps, outcomes, told, ...applied };
}

export function instance(more: Partial<Instance> = {}): Instance {
  return {
    name: 'apps',
    arn: 'arn:aws:lightsail:eu-central-1:111122223333:Instance/0f1e',
    created_at: '2026-11-21T10:00:00.000Z',
    region: 'eu-central-1',
    availability_zone: 'eu-central-1a',
    blueprint_id: 'debian_12',
    bundle_id: 'nano_3_0',
    state: 'running',
    public_ip: '203.0.113.7',
    is_static_ip: false,
    private_ip: '172.26.3.4',
    username: 'admin',
    ram_mb: 512,
    disk_gb: 20,
    key_pair_name: 'LightsailDefaultKeyPair',
    ip_address_type: 'dualstack',
    tags: {},
    monthly_usd: 5,
    ...more,
  };
}

export function wish(more: Partial<CreateInstanceBody> = {}): CreateInstanceBody {
  return {
    instance_name: 'apps',
    region: 'eu-central-1',
    availability_zone: 'eu-central-1a',
    blueprint_id: 'debian_12',
    bundle_id: 'nano_3_0',
    ip_address_type: 'dualstack',
    tags: {},
    wait_seconds: 240,
    allow_over_budget: false,
    ...more,
  };
}

export function bundle(more: Partial<Bundle> = {}): Bundle {
  return {
    bundle_id: 'nano_3_0',
    name: 'Nano',
    price_usd_month: 5,
    ram_mb: 512,
    cpu_count: 2,
    disk_gb: 20,
    transfer_gb: 1024,
    public_ipv4: true,
    power: 298,
    platforms: ['LINUX_UNIX'],
    active: true,
    ...more,
  };
}
