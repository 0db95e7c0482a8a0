import type * as sdk from '@aws-sdk/client-lightsail';
import type { Clock } from '../../lib/clock.ts';
import { idleStaticIpUsdMonth, type StaticIp } from '../../schemas/lightsail-changes.ts';
import type { ClientFor } from './clients.ts';
import { createOnce } from './create-once.ts';
import { allPages } from './pages.ts';
import type { SendOnce, Sent } from './power.ts';
import type { Ask } from './reading.ts';
import { orUndefined } from './reading.ts';

export interface StaticIps {
  staticIps(region: string): Promise<StaticIp[]>;
  /** Undefined when there is none of this name. */
  staticIp(region: string, name: string): Promise<StaticIp | undefined>;
  /** Allocates an address, at most once, whatever happens to the answer. @throws {AppError} name_taken */
  allocateStaticIp(region: string, name: string): Promise<StaticIp>;
  /** These three are commands: see Power. */
  attachStaticIp(region: string, name: string, instanceName: string): Promise<Sent>;
  detachStaticIp(region: string, name: string): Promise<Sent>;
  releaseStaticIp(region: string, name: string): Promise<Sent>;
}

interface Dependencies {
  ask: Ask;
  sendOnce: SendOnce;
  clientFor: ClientFor;
  clock: Clock;
}

export function createStaticIps({ ask, sendOnce, clientFor, clock }: Dependencies): StaticIps {
  const find = (region: string, staticIpName: string) =>
    ask('GetStaticIp', region, async (client) => {
      const { staticIp } = (await orUndefined(client.getStaticIp({ staticIpName }))) ?? {};
      return staticIp && staticIpView(staticIp, region);
    });
  return {
    staticIps: (region) =>
      ask('GetStaticIps', region, async (client) => {
        const pages = await allPages((pageToken) => client.getStaticIps({ pageToken }));
        return pages.flatMap(({ staticIps = [] }) => staticIps).map((row) => staticIpView(row, region));
      }),
    staticIp: find,
    allocateStaticIp: (region, name) =>
      ask('AllocateStaticIp', region, async () => {
        const client = await clientFor(region, 'create');
        const create = () => client.allocateStaticIp({ staticIpName: name });
        const attempt = { call: 'AllocateStaticIp', region };
        return createOnce({ name, create, lookUp: () => find(region, name), comparable: true, clock, attempt });
      }),
    attachStaticIp: (region, staticIpName, instanceName) =>
      sendOnce('AttachStaticIp', region, (client) => client.attachStaticIp({ staticIpName, instanceName })),
    detachStaticIp: (region, staticIpName) =>
      sendOnce('DetachStaticIp', region, (client) => client.detachStaticIp({ staticIpName })),
    releaseStaticIp: (region, staticIpName) =>
      sendOnce('ReleaseStaticIp', region, (client) => client.releaseStaticIp({ staticIpName })),
  };
}

function staticIpView(row: sdk.StaticIp, region: string): StaticIp {
  return {
    name: row.name ?? '',
    region: row.location?.regionName ?? region,
    ip_address: row.ipAddress ?? '',
    attached_to: row.attachedTo || null,
    monthly_usd: row.attachedTo ? 0 : idleStaticIpUsdMonth,
  };
}
