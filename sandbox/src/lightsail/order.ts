import type { z } from 'zod';
import { type Bundle, blueprints, bundlesOf, regions } from './catalogue.ts';
import { invalidInput } from './errors.ts';
import type { inputs } from './inputs.ts';

/**
 * The bundle that CreateInstances orders. Throws InvalidInput for what is not sold or does not fit together (texts ours);
 * `bootable` limits the blueprints, undefined for all.
 */
export function checkOrder(
  input: z.output<typeof inputs.createInstances>,
  region: string,
  bootable: readonly string[] | undefined,
  sellRetired: boolean,
): Bundle {
  const { availabilityZone, blueprintId, bundleId, ipAddressType } = input;
  if (!regions.some(({ name, zones }) => name === region && zones.includes(availabilityZone))) {
    throw invalidInput(`The availability zone is not valid: ${availabilityZone}`);
  }
  const sold = ({ isActive }: { isActive: boolean }) => isActive || sellRetired;
  const blueprint = blueprints(bootable).find((row) => row.blueprintId === blueprintId);
  if (!blueprint || !sold(blueprint)) throw invalidInput(`The blueprint is not available: ${blueprintId}`);
  const bundle = bundlesOf(region).find((row) => row.bundleId === bundleId);
  if (!bundle || !sold(bundle)) throw invalidInput(`The bundle is not available: ${bundleId}`);
  if ((bundle.publicIpv4AddressCount === 0) !== (ipAddressType === 'ipv6')) {
    throw invalidInput(`The bundle ${bundleId} does not support the IP address type ${ipAddressType}.`);
  }
  if (bundle.power < blueprint.minPower) throw invalidInput(`The bundle ${bundleId} is too small for ${blueprintId}.`);
  return bundle;
}
