import { z } from 'zod';

const operation = z.string().default('*').describe('Name of an operation of any service; * for all');
const times = z.int().min(1).optional().describe('How often; until cleared if left out');

/** Faults of the cloud itself; those of a single host are `HostFault`. */
export const cloudFaultSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('throttled'), operation, times }),
  z.strictObject({ type: z.literal('service_error'), operation, times }),
  z.strictObject({ type: z.literal('access_denied'), operation, times }),
  /** The connection is cut before anything happens. */
  z.strictObject({ type: z.literal('unreachable'), operation, times }),
  z.strictObject({ type: z.literal('slow'), operation, times, delayMs: z.int().min(0) }),
  /** The effect happens, then the connection is cut without an answer; each call draws when a probability is given. */
  z.strictObject({
    type: z.literal('lost_reply'),
    operation,
    times,
    probability: z.number().min(0).max(1).default(1),
    seed: z.int().default(1),
  }),
  /** These hold for an instance by name, also for one that is not there yet. */
  z.strictObject({ type: z.literal('never_running'), instance: z.string() }),
  z.strictObject({ type: z.literal('no_public_ip'), instance: z.string() }),
  z.strictObject({ type: z.literal('no_host_keys'), instance: z.string() }),
  /** Its snapshots end in the state `error`. */
  z.strictObject({ type: z.literal('snapshot_error'), instance: z.string() }),
]);

export type CloudFault = z.output<typeof cloudFaultSchema>;
type CallFault = Extract<CloudFault, { operation: string }>;
type InstanceFault = Exclude<CloudFault, CallFault>;

interface Armed {
  fault: CloudFault;
  left: number;
  random: () => number;
}

export type Faults = ReturnType<typeof createFaults>;

/** The faults that the cloud plays: armed by `add`, spent by the calls they hit. */
export function createFaults() {
  let armed: Armed[] = [];
  return {
    /** Throws a ZodError for what is no fault. */
    add(input: z.input<typeof cloudFaultSchema>): void {
      const fault = cloudFaultSchema.parse(input);
      const left = ('times' in fault && fault.times) || Number.POSITIVE_INFINITY;
      armed.push({ fault, left, random: seeded('seed' in fault ? fault.seed : 1) });
    },
    clear(): void {
      armed = [];
    },
    list: (): CloudFault[] => armed.map(({ fault }) => fault),
    /** The faults that hit one call of `operation`, each counted as played. */
    draw(operation: string): CallFault[] {
      const hit = armed.filter(({ fault, random }) => {
        if (!('operation' in fault) || !['*', operation].includes(fault.operation)) return false;
        return fault.type !== 'lost_reply' || random() < fault.probability;
      });
      for (const one of hit) one.left -= 1;
      armed = armed.filter(({ left }) => left > 0);
      return hit.map(({ fault }) => fault as CallFault);
    },
    holds: (type: InstanceFault['type'], instance: string): boolean =>
      armed.some(({ fault }) => fault.type === type && 'instance' in fault && fault.instance === instance),
  };
}

/** Numbers in [0, 1) that a seed fixes (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
