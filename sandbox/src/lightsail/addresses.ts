import { invalidInput } from './errors.ts';
import type { InstanceRow, LightsailState, StaticIpRow } from './models.ts';

const firstAddress = 11;
const addressCount = 240;

/**
 * The next address of `addressRange` that nobody has: no instance as its public or as its private one, and no static IP.
 * Throws InvalidInput when all 240 are used.
 */
export function takeAddress(state: LightsailState, kind: 'public' | 'private', addressRange: number): string {
  const network = { public: `127.0.${addressRange}`, private: `127.1.${addressRange}` }[kind];
  const used = new Set([
    ...state.instances.flatMap(({ publicIp, spec }) => [publicIp, spec.privateIp]),
    ...state.staticIps.map(({ ipAddress }) => ipAddress),
  ]);
  const before = Math.max(state.lastAddress[kind] - firstAddress, -1);
  for (let step = 1; step <= addressCount; step++) {
    const last = firstAddress + ((before + step) % addressCount);
    if (used.has(`${network}.${last}`)) continue;
    state.lastAddress[kind] = last;
    return `${network}.${last}`;
  }
  throw invalidInput(`The sandbox has room for ${addressCount} ${kind} addresses.`);
}

/** The static IP that an instance has. */
export function staticIpOf({ staticIps }: LightsailState, { region, name }: InstanceRow): StaticIpRow | undefined {
  return staticIps.find((row) => row.region === region && row.attachedTo === name);
}

/**
 * Has a host answer on the static address of its instance; else on the one that it had, or on a new one: those that
 * another process holds or the machine lacks are passed over. Rejects as `answer` does.
 */
export async function answerOnAddress(
  state: LightsailState,
  addressRange: number,
  row: InstanceRow,
  answer: (publicIp: string) => Promise<void>,
): Promise<void> {
  const fixed = staticIpOf(state, row)?.ipAddress;
  row.publicIp = fixed ?? row.publicIp ?? takeAddress(state, 'public', addressRange);
  for (let attempt = 1; ; attempt++) {
    try {
      return await answer(row.publicIp);
    } catch (error) {
      const code = String((error as NodeJS.ErrnoException).code);
      if (fixed || !['EADDRINUSE', 'EADDRNOTAVAIL'].includes(code) || attempt === addressCount) throw error;
      row.publicIp = takeAddress(state, 'public', addressRange);
    }
  }
}
