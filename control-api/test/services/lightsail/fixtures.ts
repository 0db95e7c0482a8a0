import { Lightsail as SdkClient } from '@aws-sdk/client-lightsail';
import type { Clock } from '../../../src/lib/clock.ts';
import { AppError } from '../../../src/lib/errors.ts';
import { createInstanceBodySchema } from '../../../src/schemas/lightsail.ts';
import { createLightsail } from '../../../src/services/lightsail.ts';

/** A clock whose time passes by sleeping only; `slept` adds up the milliseconds. */
export function idleClock(): Clock & { slept: number } {
  const clock = {
    slept: 0,
    now: () => new Date(Date.UTC(2026, 10, 21) + clock.slept),
    sleep: async (ms: number) => {
      clock.slept += ms;
    },
  };
  return clock;
}

/** The service on clients whose `send` the mock has taken over. */
export function service(clock: Clock = idleClock()) {
  const clients: string[] = [];
  const lightsail = createLightsail({
    clock,
    clientFor(region, purpose) {
      clients.push(`${purpose} ${region}`);
      return new SdkClient({ region, credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' } });
    },
  });
  return { lightsail, clients };
}

/** An error as the SDK throws it for an answer of AWS. */
export function awsError(name: string, message: string, { status = 400, code = undefined as string | undefined } = {}) {
  const $metadata = { httpStatusCode: status, requestId: 'rid-1', attempts: 1 };
  return Object.assign(new Error(message), { name, $metadata, ...(code ? { code } : {}) });
}

/** An error as the SDK throws it when no answer came. */
export function networkError(code: string, message = code) {
  return Object.assign(new Error(message), { code, $metadata: { attempts: 3 } });
}

export const notFound = awsError('NotFoundException', 'The Instance does not exist: apps', { code: 'DoesNotExist' });

export const nameInUse = awsError('InvalidInputException', 'Some names are already in use: apps', {
  code: 'NameExists',
});

export const instanceRow = {
  name: 'apps',
  arn: 'arn:aws:lightsail:eu-central-1:111122223333:Instance/0f1e2d3c',
  createdAt: new Date('2026-11-21T10:00:00.500Z'),
  location: { regionName: 'eu-central-1' as const, availabilityZone: 'eu-central-1a' },
  blueprintId: 'debian_12',
  bundleId: 'nano_3_0',
  state: { code: 16, name: 'running' },
  publicIpAddress: '203.0.113.7',
  privateIpAddress: '172.26.3.4',
  username: 'admin',
  sshKeyName: 'fountain-key',
  hardware: { ramSizeInGb: 0.5, cpuCount: 2, disks: [{ sizeInGb: 20, isSystemDisk: true }] },
  tags: [{ key: 'stack', value: 'fountain' }, { key: 'bare' }],
};

export const nano = {
  bundleId: 'nano_3_0',
  name: 'Nano',
  price: 5,
  ramSizeInGb: 0.5,
  cpuCount: 2,
  diskSizeInGb: 20,
  transferPerMonthInGb: 1024,
  publicIpv4AddressCount: 1,
  power: 298,
  isActive: true,
  supportedPlatforms: ['LINUX_UNIX' as const],
};

export const wish = createInstanceBodySchema.parse({
  instance_name: 'apps',
  blueprint_id: 'debian_12',
  bundle_id: 'nano_3_0',
  region: 'eu-central-1',
  availability_zone: 'eu-central-1a',
});

/** The AppError that a promise fails with; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    (value) => new Error(`it succeeded with ${JSON.stringify(value)}`),
    (failure: unknown) => failure,
  );
  if (error instanceof AppError) return error;
  throw error;
}
