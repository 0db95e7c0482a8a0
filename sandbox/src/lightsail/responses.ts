import type { z } from 'zod';
import type { Faults } from '../faults.ts';
import type { HostDriver } from '../hosts.ts';
import type { Settings } from '../settings.ts';
import { blueprints, bundlesOf, regions } from './catalogue.ts';
import { invalidInput, malformedBody, unknownOperation } from './errors.ts';
import { closePort, openPort, putPorts } from './firewall.ts';
import { inputs } from './inputs.ts';
import { createInstances, type Instances } from './instances.ts';
import { createKeyPairs, defaultKeyName, type KeyPairs } from './key-pairs.ts';
import { createLifecycle } from './lifecycle.ts';
import { type InstanceRow, type LightsailState, type Resource, tag } from './models.ts';
import { createOperations, type Operations } from './operations.ts';
import { checkOrder } from './order.ts';
import { page } from './paging.ts';
import { createRenderer, instanceState, portState, type Renderer, seconds } from './render.ts';

export interface LightsailOptions {
  state: LightsailState;
  settings: Settings;
  driver: HostDriver;
  faults: Faults;
  /** Called after each change of the state. */
  changed: () => void;
}

interface Models {
  state: LightsailState;
  settings: Settings;
  driver: HostDriver;
  instances: Instances;
  keyPairs: KeyPairs;
  operations: Operations;
  show: Renderer;
  changed: () => void;
}

export type Lightsail = ReturnType<typeof createLightsail>;

/** Lightsail without its transport: `answer` takes an operation's name, a region and a body, and throws LightsailError. */
export function createLightsail({ state, settings, driver, faults, changed }: LightsailOptions) {
  const operations = createOperations(state, changed);
  const keyPairs = createKeyPairs(state, changed);
  const lifecycle = createLifecycle({ state, settings, driver, faults, operations, changed });
  const instances = createInstances(state, lifecycle, settings.addressRange);
  const show = createRenderer(settings, faults);
  const models: Models = { state, settings, driver, instances, keyPairs, operations, show, changed };
  const responses = new Map<string, Response>(
    Object.entries({
      ...catalogueResponses(models),
      ...instanceResponses(models),
      ...keyPairResponses(models),
      ...portResponses(models),
      ...operationResponses(models),
    }),
  );
  return {
    lifecycle,
    keyPairs,
    async answer(operation: string, region: string, body: string): Promise<object> {
      const response = responses.get(operation);
      if (!response) throw unknownOperation();
      return response(region, json(body));
    },
    /** Ends every instance and forgets all but the default key pairs. */
    async clear(): Promise<void> {
      await lifecycle.clear();
      Object.assign(state, { keyPairs: [], operations: [] });
    },
  };
}

type Response = (region: string, body: unknown) => object | Promise<object>;

/** An operation: its body's shape, and what it answers. */
function on<S extends z.ZodType>(
  schema: S,
  respond: (input: z.output<S>, region: string) => object | Promise<object>,
): Response {
  return (region, body) => {
    const { data, error } = schema.safeParse(body);
    if (!error) return respond(data as z.output<S>, region);
    throw invalidInput(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  };
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

function catalogueResponses({ driver, settings }: Models) {
  return {
    GetRegions: on(inputs.regions, ({ includeAvailabilityZones }) => ({
      regions: regions.map(({ zones, name, displayName, continentCode, description }) => ({
        name,
        displayName,
        continentCode,
        description,
        availabilityZones: includeAvailabilityZones ? zones.map((zoneName) => ({ zoneName, state: 'available' })) : [],
        relationalDatabaseAvailabilityZones: [],
      })),
    })),
    GetBundles: on(inputs.catalogue, ({ includeInactive, pageToken }, region) => {
      const sold = bundlesOf(region).filter(({ isActive }) => isActive || includeInactive);
      const { rows, ...next } = page(sold, pageToken, settings.pageSize);
      return { bundles: rows, ...next };
    }),
    GetBlueprints: on(inputs.catalogue, ({ includeInactive, pageToken }) => {
      const sold = blueprints(driver.blueprints).filter(({ isActive }) => isActive || includeInactive);
      const { rows, ...next } = page(sold, pageToken, settings.pageSize);
      return { blueprints: rows, ...next };
    }),
  };
}

function instanceResponses({ instances, keyPairs, driver, settings, show }: Models) {
  const change = (act: (row: InstanceRow) => Parameters<Renderer['operation']>[0]) =>
    on(inputs.instance, ({ instanceName }, region) => ({
      operations: [show.operation(act(instances.get(region, instanceName)))],
    }));
  return {
    CreateInstances: on(inputs.createInstances, async (input, region) => {
      const bundle = checkOrder(input, region, driver.blueprints, settings.sellRetired);
      const publicKey = await keyPairs.authorized(region, input.keyPairName);
      const { instanceNames, keyPairName = defaultKeyName, availabilityZone, blueprintId, ...rest } = input;
      const { userData, tags, ipAddressType } = rest;
      const order = { names: instanceNames, availabilityZone, blueprintId, bundle, keyPairName, publicKey };
      const operations = instances.create(region, { ...order, userData, tags, ipAddressType });
      return { operations: operations.map(show.operation) };
    }),
    GetInstance: on(inputs.instance, ({ instanceName }, region) => ({
      instance: show.instance(instances.get(region, instanceName)),
    })),
    GetInstances: on(inputs.list, ({ pageToken }, region) => {
      const { rows, ...next } = page(instances.list(region), pageToken, settings.pageSize);
      return { instances: rows.map(show.instance), ...next };
    }),
    GetInstanceState: on(inputs.instance, ({ instanceName }, region) => ({
      state: instanceState(instances.get(region, instanceName)),
    })),
    GetInstanceAccessDetails: on(inputs.access, ({ instanceName, protocol }, region) => {
      if (protocol === 'rdp') throw invalidInput('RDP is for Windows instances only.');
      return { accessDetails: show.accessDetails(instances.get(region, instanceName)) };
    }),
    StartInstance: change(instances.start),
    StopInstance: change(instances.stop),
    RebootInstance: change(instances.reboot),
    DeleteInstance: change(instances.remove),
  };
}

function keyPairResponses({ keyPairs, operations, settings, show }: Models) {
  const done = (row: Resource, type: string) => {
    const operation = operations.begin(row, type);
    operations.succeed(operation);
    return show.operation(operation);
  };
  return {
    CreateKeyPair: on(inputs.createKeyPair, async ({ keyPairName, tags }, region) => {
      const { row, privateKey } = await keyPairs.create(region, keyPairName, tags);
      return {
        keyPair: show.keyPair(row),
        publicKeyBase64: row.publicKey,
        privateKeyBase64: privateKey,
        operation: done(row, 'CreateKeyPair'),
      };
    }),
    ImportKeyPair: on(inputs.importKeyPair, ({ keyPairName, publicKeyBase64 }, region) => ({
      operation: done(keyPairs.import(region, keyPairName, publicKeyBase64), 'ImportKeyPair'),
    })),
    GetKeyPair: on(inputs.keyPair, ({ keyPairName }, region) => ({
      keyPair: show.keyPair(keyPairs.get(region, keyPairName)),
    })),
    GetKeyPairs: on(inputs.keyPairs, async ({ pageToken, includeDefaultKeyPair }, region) => {
      const { rows, ...next } = page(keyPairs.list(region), pageToken, settings.pageSize);
      const first = includeDefaultKeyPair && pageToken === undefined;
      return { keyPairs: [...(first ? [await defaultPair(region)] : []), ...rows.map(show.keyPair)], ...next };
    }),
    DeleteKeyPair: on(inputs.deleteKeyPair, ({ keyPairName, expectedFingerprint }, region) => {
      if (keyPairName !== defaultKeyName) {
        return { operation: done(keyPairs.remove(region, keyPairName), 'DeleteKeyPair') };
      }
      keyPairs.removeDefault(region, expectedFingerprint);
      return {};
    }),
    DownloadDefaultKeyPair: on(inputs.none, async (_, region) => {
      const { publicKey, privateKey, createdAt } = await keyPairs.default(region);
      return { publicKeyBase64: publicKey, privateKeyBase64: privateKey, createdAt: seconds(createdAt) };
    }),
  };

  async function defaultPair(region: string) {
    const { createdAt, fingerprint } = await keyPairs.default(region);
    return { name: defaultKeyName, createdAt: seconds(createdAt), resourceType: 'KeyPair', fingerprint };
  }
}

function portResponses({ instances, operations, show, changed }: Models) {
  const rule =
    <I extends { instanceName: string }>(type: string, act: (row: InstanceRow, input: I) => void) =>
    (input: I, region: string) => {
      const row = instances.get(region, input.instanceName);
      act(row, input);
      changed();
      const operation = operations.begin(row, type);
      operations.succeed(operation);
      return { operation: show.operation(operation) };
    };
  return {
    PutInstancePublicPorts: on(
      inputs.ports,
      rule('PutInstancePublicPorts', (row, { portInfos }) => putPorts(row, portInfos)),
    ),
    OpenInstancePublicPorts: on(
      inputs.port,
      rule('OpenInstancePublicPorts', (row, { portInfo }) => openPort(row, portInfo)),
    ),
    CloseInstancePublicPorts: on(
      inputs.port,
      rule('CloseInstancePublicPorts', (row, { portInfo }) => closePort(row, portInfo)),
    ),
    GetInstancePortStates: on(inputs.instance, ({ instanceName }, region) => ({
      portStates: instances.get(region, instanceName).ports.map(portState),
    })),
  };
}

function operationResponses({ state, operations, settings, show, changed }: Models) {
  return {
    GetOperation: on(inputs.operation, ({ operationId }, region) => ({
      operation: show.operation(operations.get(region, operationId)),
    })),
    GetOperationsForResource: on(inputs.operationsForResource, ({ resourceName, pageToken }, region) => {
      const { rows, ...next } = page(operations.ofResource(region, resourceName), pageToken, settings.pageSize);
      return { operations: rows.map(show.operation), ...next };
    }),
    TagResource: on(inputs.tag, ({ resourceName, tags }, region) => {
      const operation = operations.begin(tag(state, region, resourceName, tags), 'TagResource');
      operations.succeed(operation);
      changed();
      return { operations: [show.operation(operation)] };
    }),
  };
}
