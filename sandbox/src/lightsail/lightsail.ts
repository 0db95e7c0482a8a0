import type { Faults } from '../faults.ts';
import type { HostDriver } from '../hosts.ts';
import type { Settings } from '../settings.ts';
import { malformedBody, unknownOperation } from './errors.ts';
import { createInstances } from './instances.ts';
import { createKeyPairs } from './key-pairs.ts';
import { createLifecycle } from './lifecycle.ts';
import type { LightsailState } from './models.ts';
import { createOperations } from './operations.ts';
import { createRenderer } from './render.ts';
import { catalogueResponses } from './responses/catalogue.ts';
import { instanceResponses } from './responses/instances.ts';
import { keyPairResponses } from './responses/key-pairs.ts';
import { operationResponses } from './responses/operations.ts';
import { portResponses } from './responses/ports.ts';
import type { Models, Response } from './responses/response.ts';
import { snapshotResponses } from './responses/snapshots.ts';
import { staticIpResponses } from './responses/static-ips.ts';
import { createSnapshots } from './snapshots.ts';
import { createStaticIps } from './static-ips.ts';

export interface LightsailOptions {
  state: LightsailState;
  settings: Settings;
  driver: HostDriver;
  faults: Faults;
  /** Called after each change of the state. */
  changed: () => void;
}

export type Lightsail = ReturnType<typeof createLightsail>;

/** Lightsail without its transport: `answer` takes an operation's name, a region and a body, and throws LightsailError. */
export function createLightsail({ state, settings, driver, faults, changed }: LightsailOptions) {
  const { addressRange, delays } = settings;
  const operations = createOperations(state, changed);
  const keyPairs = createKeyPairs(state, changed);
  const lifecycle = createLifecycle({ state, settings, driver, faults, operations, changed });
  const snapshots = createSnapshots({ state, delayMs: delays.snapshotMs, faults, operations, changed });
  const responses = responsesOf({
    ...{ state, settings, driver, keyPairs, snapshots, operations },
    instances: createInstances(state, lifecycle, addressRange),
    staticIps: createStaticIps(state, lifecycle, addressRange),
    show: createRenderer(state, settings, faults),
  });
  return {
    lifecycle,
    keyPairs,
    async answer(operation: string, region: string, body: string): Promise<object> {
      const response = responses.get(operation);
      if (!response) throw unknownOperation();
      return response(region, json(body));
    },
    /** Brings back what the state says was there. */
    async restore(): Promise<void> {
      await lifecycle.restore();
      snapshots.restore();
    },
    /** Gives up what is under way and waits until it has ended. */
    async settle(): Promise<void> {
      await Promise.all([lifecycle.settle(), snapshots.settle()]);
    },
    /** Ends every instance and forgets all but the default key pairs. */
    async clear(): Promise<void> {
      await Promise.all([lifecycle.clear(), snapshots.settle()]);
      Object.assign(state, { keyPairs: [], staticIps: [], snapshots: [], operations: [] });
    },
  };
}

function responsesOf(models: Models): ReadonlyMap<string, Response> {
  const groups = [
    catalogueResponses,
    instanceResponses,
    keyPairResponses,
    portResponses,
    staticIpResponses,
    snapshotResponses,
    operationResponses,
  ];
  return new Map(groups.flatMap((group) => Object.entries<Response>(group(models))));
}

function json(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body || '{}');
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below.
  }
  throw malformedBody();
}
