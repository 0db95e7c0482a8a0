import { inputs } from '../inputs.ts';
import type { InstanceRow, StaticIpRow } from '../models.ts';
import { page } from '../paging.ts';
import { type Models, on } from './response.ts';

export function staticIpResponses({ staticIps, instances, operations, settings, show }: Models) {
  const one = (row: StaticIpRow, type: string) => ({ operations: [show.operation(operations.done(row, type))] });
  /** One operation for each resource that took part, naming the other. */
  const both = (row: StaticIpRow, instance: InstanceRow, type: string) => ({
    operations: [operations.done(row, type, instance.name), operations.done(instance, type, row.name)].map(
      show.operation,
    ),
  });
  return {
    AllocateStaticIp: on(inputs.staticIp, ({ staticIpName }, region) =>
      one(staticIps.allocate(region, staticIpName), 'AllocateStaticIp'),
    ),
    AttachStaticIp: on(inputs.attachStaticIp, async ({ staticIpName, instanceName }, region) => {
      const row = staticIps.get(region, staticIpName);
      const instance = instances.get(region, instanceName);
      await staticIps.attach(row, instance);
      return both(row, instance, 'AttachStaticIp');
    }),
    DetachStaticIp: on(inputs.staticIp, async ({ staticIpName }, region) => {
      const row = staticIps.get(region, staticIpName);
      return both(row, await staticIps.detach(row), 'DetachStaticIp');
    }),
    ReleaseStaticIp: on(inputs.staticIp, ({ staticIpName }, region) => {
      const row = staticIps.get(region, staticIpName);
      staticIps.release(row);
      return one(row, 'ReleaseStaticIp');
    }),
    GetStaticIp: on(inputs.staticIp, ({ staticIpName }, region) => ({
      staticIp: show.staticIp(staticIps.get(region, staticIpName)),
    })),
    GetStaticIps: on(inputs.list, ({ pageToken }, region) => {
      const { rows, ...next } = page(staticIps.list(region), pageToken, settings.pageSize);
      return { staticIps: rows.map(show.staticIp), ...next };
    }),
  };
}
