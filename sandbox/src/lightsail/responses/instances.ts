import { invalidInput } from '../errors.ts';
import { inputs } from '../inputs.ts';
import { defaultKeyName } from '../key-pairs.ts';
import { checkOrder } from '../order.ts';
import { page } from '../paging.ts';
import { instanceState } from '../render.ts';
import { type Models, on } from './response.ts';

export function instanceResponses({ instances, keyPairs, driver, settings, show }: Models) {
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
    StartInstance: on(inputs.instance, ({ instanceName }, region) => ({
      operations: [show.operation(instances.start(instances.get(region, instanceName)))],
    })),
    StopInstance: on(inputs.stopInstance, ({ instanceName, force }, region) => ({
      operations: [show.operation(instances.stop(instances.get(region, instanceName), force))],
    })),
    RebootInstance: on(inputs.instance, ({ instanceName }, region) => ({
      operations: [show.operation(instances.reboot(instances.get(region, instanceName)))],
    })),
    DeleteInstance: on(inputs.deleteInstance, ({ instanceName }, region) => ({
      operations: [show.operation(instances.remove(instances.get(region, instanceName)))],
    })),
  };
}
