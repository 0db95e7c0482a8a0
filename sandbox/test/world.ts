import {
  CreateInstancesCommand,
  type CreateInstancesCommandInput,
  GetInstanceCommand,
  LightsailClient,
  type LightsailClientConfig,
} from '@aws-sdk/client-lightsail';
import { onTestFinished, vi } from 'vitest';
import { type HostDriver, type SettingsInput, settingsForTests, startSandbox } from '../src/index.ts';
import { fakeHosts } from './fake-hosts.ts';

/** A sandbox on hosts that do nothing, ended with the test, and the real SDK's client for it. */
export const startWorld = (settings: SettingsInput = {}, hosts = fakeHosts()) => startWorldOn(hosts, settings);

/** The same on hosts of another driver. */
export async function startWorldOn<H extends HostDriver>(hosts: H, settings: SettingsInput) {
  const sandbox = await startSandbox({ ...settingsForTests(Number(process.env.VITEST_POOL_ID)), ...settings }, hosts);
  let running = true;
  const stop = async () => {
    if (running) await sandbox.stop();
    running = false;
  };
  onTestFinished(stop);

  const client = (config: LightsailClientConfig = {}) => {
    const one = new LightsailClient({
      region: 'eu-central-1',
      endpoint: sandbox.url,
      credentials: { accessKeyId: 'AKIASANDBOX', secretAccessKey: 'sandbox' },
      ...config,
    });
    onTestFinished(() => one.destroy());
    return one;
  };
  const lightsail = client();

  return {
    sandbox,
    hosts,
    client,
    lightsail,
    stop,
    create: (instanceName: string, input: Partial<CreateInstancesCommandInput> = {}) =>
      lightsail.send(new CreateInstancesCommand({ ...order, instanceNames: [instanceName], ...input })),
    /** The instance once it is in that state. */
    reached: (instanceName: string, state: string) =>
      vi.waitFor(
        async () => {
          const { instance } = await lightsail.send(new GetInstanceCommand({ instanceName }));
          if (instance?.state?.name !== state) throw new Error(`${instanceName} is ${instance?.state?.name}`);
          return instance;
        },
        { interval: 5, timeout: 4000 },
      ),
    /** A call to the control endpoint. */
    control: async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const response = await fetch(`${sandbox.url}/_sandbox${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
  };
}

export const order = {
  instanceNames: ['one'],
  availabilityZone: 'eu-central-1a',
  blueprintId: 'debian_12',
  bundleId: 'small_3_0',
  ipAddressType: 'ipv4',
} as const satisfies CreateInstancesCommandInput;
