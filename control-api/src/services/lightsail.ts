import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import {
  type Blueprint,
  type Bundle,
  type CreateInstanceBody,
  type Instance,
  operationTag,
} from '../schemas/lightsail.ts';
import type { ClientFor } from './lightsail/clients.ts';
import { createOnce } from './lightsail/create-once.ts';
import { isNotFound, isOperationFailure } from './lightsail/failures.ts';
import { createFirewall, type Firewall } from './lightsail/firewall.ts';
import { allPages } from './lightsail/pages.ts';
import { createPower, createSendOnce, type Power, type ResourceEvent } from './lightsail/power.ts';
import { createPriceList } from './lightsail/price-list.ts';
import { createAsk, orUndefined, translated } from './lightsail/reading.ts';
import { createSnapshots, type Snapshots } from './lightsail/snapshots.ts';
import { createStaticIps, type StaticIps } from './lightsail/static-ips.ts';
import {
  blueprintView,
  bundleView,
  eventView,
  hostKeyView,
  instanceView,
  type KeyPair,
  keyPairView,
} from './lightsail/views.ts';
import type { HostKey } from './ssh/host-key.ts';

interface Dependencies {
  clientFor: ClientFor;
  clock: Clock;
}

/**
 * AWS Lightsail as the rest of the control API sees it. Every method throws only AppErrors for what goes wrong at AWS:
 * invalid_request (no such region; details list them), aws_access_denied, aws_unreachable (no answer), aws_error (AWS's own
 * words; details[0] has call, region, aws_error, http_status, request_id).
 */
export interface Lightsail extends Power, Firewall, StaticIps, Snapshots {
  instances(region: string): Promise<Instance[]>;
  /** Undefined when there is none of this name. */
  instance(region: string, name: string): Promise<Instance | undefined>;
  /** The instance that has this public or private address now, in the first of `regions` that has one. */
  findByIp(ip: string, regions: readonly string[]): Promise<Instance | undefined>;
  /** What the region sells, and (unless `includeInactive` is false) what it has retired. */
  bundles(region: string, includeInactive?: boolean): Promise<Bundle[]>;
  blueprints(region: string, includeInactive?: boolean): Promise<Blueprint[]>;
  keyPair(region: string, name: string): Promise<KeyPair | undefined>;
  /**
   * Imports the public half of a key pair, given as a line of authorized_keys. A lost answer is looked after.
   * @throws {AppError} name_taken also when a key pair of this name exists
   */
  importKeyPair(region: string, name: string, publicKeyLine: string): Promise<void>;
  /**
   * Creates an instance, at most once, whatever happens to the answer. Returns the instance of this name as AWS shows it
   * then, also one that was there before or that another made meanwhile: compare it with the wish. Ours carries
   * `operationId` in its tag `fountain-operation`. It may still fail to start: see operationFailure.
   * @throws {AppError} name_taken when a resource of another kind has the name; invalid arguments are aws_error with
   * details[0].aws_error InvalidInputException
   */
  createInstance(region: string, wish: CreateInstanceBody, operationId: string): Promise<Instance>;
  /** What AWS was asked to do with what has this name, the latest first; [] for a name that nothing was ever asked of. */
  events(region: string, name: string): Promise<ResourceEvent[]>;
  /** Code and details of AWS's latest operation on this name if it failed; undefined otherwise. */
  operationFailure(region: string, name: string): Promise<string | undefined>;
  /**
   * The SSH host keys that AWS saw on the instance; [] as long as it has seen none.
   * @throws {AppError} instance_not_found
   */
  hostKeys(region: string, name: string): Promise<HostKey[]>;
}

export function createLightsail({ clientFor, clock }: Dependencies): Lightsail {
  const ask = createAsk(clientFor);
  const sendOnce = createSendOnce(clientFor, clock);
  const priceOf = createPriceList(readBundles, clock);

  function readBundles(region: string, includeInactive: boolean): Promise<Bundle[]> {
    return ask('GetBundles', region, async (client) => {
      const pages = await allPages((pageToken) => client.getBundles({ includeInactive, pageToken }));
      return pages.flatMap(({ bundles = [] }) => bundles).map(bundleView);
    });
  }

  /** Like `instance`, but fails with the SDK's own errors. */
  async function findInstance(region: string, name: string): Promise<Instance | undefined> {
    const client = await clientFor(region, 'read');
    const { instance } = (await orUndefined(client.getInstance({ instanceName: name }))) ?? {};
    return instance && instanceView(instance, region, await priceOf(region));
  }

  async function findKeyPair(region: string, name: string): Promise<KeyPair | undefined> {
    const client = await clientFor(region, 'read');
    const { keyPair } = (await orUndefined(client.getKeyPair({ keyPairName: name }))) ?? {};
    return keyPair && keyPairView(keyPair);
  }

  const lightsail: Lightsail = {
    ...createPower(sendOnce),
    ...createFirewall(ask),
    ...createStaticIps({ ask, sendOnce, clientFor, clock }),
    ...createSnapshots({ ask, sendOnce, clientFor, clock }),

    instances: (region) =>
      ask('GetInstances', region, async (client) => {
        const pages = await allPages((pageToken) => client.getInstances({ pageToken }));
        const rows = pages.flatMap(({ instances = [] }) => instances);
        if (rows.length === 0) return [];
        const prices = await priceOf(region);
        return rows.map((row) => instanceView(row, region, prices));
      }),

    instance: (region, name) => translated({ call: 'GetInstance', region }, () => findInstance(region, name)),

    async findByIp(ip, regions) {
      const found = await Promise.all(regions.map((region) => lightsail.instances(region)));
      return found.flat().find(({ public_ip, private_ip }) => public_ip === ip || private_ip === ip);
    },

    bundles: (region, includeInactive = true) => readBundles(region, includeInactive),

    blueprints: (region, includeInactive = true) =>
      ask('GetBlueprints', region, async (client) => {
        const pages = await allPages((pageToken) => client.getBlueprints({ includeInactive, pageToken }));
        return pages.flatMap(({ blueprints = [] }) => blueprints).map(blueprintView);
      }),

    keyPair: (region, name) => translated({ call: 'GetKeyPair', region }, () => findKeyPair(region, name)),

    async importKeyPair(region, name, publicKeyLine) {
      const attempt = { call: 'ImportKeyPair', region };
      await translated(attempt, async () => {
        const client = await clientFor(region, 'create');
        // The line as it is: what the service takes, whatever the member's name says (so do Terraform and Ansible).
        const create = () => client.importKeyPair({ keyPairName: name, publicKeyBase64: publicKeyLine.trim() });
        const lookUp = () => findKeyPair(region, name);
        if (await lookUp()) throw new AppError('name_taken', `A key pair ${name} exists in ${region}.`);
        await createOnce({ name, create, lookUp, comparable: false, clock, attempt });
      });
    },

    createInstance(region, wish, operationId) {
      const name = wish.instance_name;
      const attempt = { call: 'CreateInstances', region, secrets: wish.user_data ? [wish.user_data] : [] };
      return translated(attempt, async () => {
        const client = await clientFor(region, 'create');
        const create = () => client.createInstances(creationOf(wish, operationId));
        const lookUp = () => findInstance(region, name);
        return (await lookUp()) ?? (await createOnce({ name, create, lookUp, comparable: true, clock, attempt }));
      });
    },

    events: (region, name) =>
      ask('GetOperationsForResource', region, async (client) => {
        const read = (pageToken?: string) => client.getOperationsForResource({ resourceName: name, pageToken });
        const pages = await orUndefined(allPages(read));
        const rows = (pages ?? []).flatMap((page) => page.operations ?? []);
        const time = (at: Date | undefined) => at?.getTime() ?? 0;
        return rows.sort((a, b) => time(b.createdAt) - time(a.createdAt)).map(eventView);
      }),

    async operationFailure(region, name) {
      const [latest] = await lightsail.events(region, name);
      return latest?.failure;
    },

    hostKeys: (region, name) =>
      ask('GetInstanceAccessDetails', region, async (client) => {
        // The answer also holds a private key and a certificate for a few minutes' access: only the host keys go on.
        const answer = await client.getInstanceAccessDetails({ instanceName: name, protocol: 'ssh' }).catch((error) => {
          if (isNotFound(error)) throw new AppError('instance_not_found', `There is no instance ${name} in ${region}.`);
          // AWS does not document what an instance that has not booted brings; this is taken for it, and waited for.
          if (isOperationFailure(error)) return undefined;
          throw error;
        });
        const rows = answer?.accessDetails?.hostKeys ?? [];
        return rows.map(hostKeyView).filter((key) => key !== undefined);
      }),
  };
  return lightsail;
}

function creationOf(wish: CreateInstanceBody, operationId: string) {
  const user_data: Secret | undefined = wish.user_data;
  return {
    instanceNames: [wish.instance_name],
    availabilityZone: wish.availability_zone,
    blueprintId: wish.blueprint_id,
    bundleId: wish.bundle_id,
    ipAddressType: wish.ip_address_type,
    tags: Object.entries({ ...wish.tags, [operationTag]: operationId }).map(([key, value]) => ({ key, value })),
    ...(wish.key_pair_name === undefined ? {} : { keyPairName: wish.key_pair_name }),
    ...(user_data === undefined ? {} : { userData: user_data.reveal() }),
  };
}
