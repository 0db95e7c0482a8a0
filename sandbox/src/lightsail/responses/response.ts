import type { z } from 'zod';
import type { HostDriver } from '../../hosts.ts';
import type { Settings } from '../../settings.ts';
import { invalidInput } from '../errors.ts';
import type { Instances } from '../instances.ts';
import type { KeyPairs } from '../key-pairs.ts';
import type { LightsailState } from '../models.ts';
import type { Operations } from '../operations.ts';
import type { Renderer } from '../render.ts';
import type { Snapshots } from '../snapshots.ts';
import type { StaticIps } from '../static-ips.ts';

/** What the responses work with. */
export interface Models {
  state: LightsailState;
  settings: Settings;
  driver: HostDriver;
  instances: Instances;
  keyPairs: KeyPairs;
  staticIps: StaticIps;
  snapshots: Snapshots;
  operations: Operations;
  show: Renderer;
}

/** The answer to one operation. Throws LightsailError. */
export type Response = (region: string, body: unknown) => object | Promise<object>;

/** An operation: its body's shape, and what it answers. */
export function on<S extends z.ZodType>(
  schema: S,
  respond: (input: z.output<S>, region: string) => object | Promise<object>,
): Response {
  return (region, body) => {
    const { data, error } = schema.safeParse(body);
    if (!error) return respond(data as z.output<S>, region);
    throw invalidInput(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  };
}
