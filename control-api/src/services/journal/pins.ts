import type { Kysely } from 'kysely';
import type { Clock } from '../../lib/clock.ts';
import type { Tables } from './database.ts';

export interface Pin {
  /** Instance ARN and creation time, or the fingerprint of the key of a host outside Lightsail. */
  identity: string;
  region: string | null;
  instanceName: string | null;
  address: string;
  hostKeys: { algorithm: string; publicKey: string }[];
}

/** The host keys that are trusted. A pin belongs to an identity, never to an address, so recycled addresses are harmless. */
export interface Pins {
  get(identity: string): Promise<Pin | undefined>;
  /** The regions in which an instance was last seen at this address. */
  regionsOf(address: string): Promise<string[]>;
  put(pin: Pin): Promise<void>;
  /** Every region in which an instance was seen. */
  regions(): Promise<string[]>;
  /** Those of every instance that had this name: it is gone for ever. */
  forget(region: string, instanceName: string): Promise<void>;
}

/** Pins in the journal’s own database; `guard` turns its failures into journal_unavailable. */
export function createPins(db: Kysely<Tables>, guard: <T>(work: () => Promise<T>) => Promise<T>, clock: Clock): Pins {
  return {
    get: (identity) =>
      guard(async () => {
        const row = await db.selectFrom('pins').selectAll().where('identity', '=', identity).executeTakeFirst();
        if (!row) return undefined;
        const { region, instance_name, address, host_keys } = row;
        return { identity, region, instanceName: instance_name, address, hostKeys: JSON.parse(host_keys) };
      }),
    regionsOf: (address) =>
      guard(async () => {
        const query = db.selectFrom('pins').select('region').distinct().where('address', '=', address);
        return (await query.where('region', 'is not', null).execute()).map(({ region }) => region as string);
      }),
    regions: () =>
      guard(async () => {
        const query = db.selectFrom('pins').select('region').distinct().where('region', 'is not', null);
        return (await query.execute()).map(({ region }) => region as string);
      }),
    forget: (region, instanceName) =>
      guard(async () => {
        const gone = db.deleteFrom('pins').where('region', '=', region).where('instance_name', '=', instanceName);
        await gone.execute();
      }),
    put: ({ identity, region, instanceName, address, hostKeys }) =>
      guard(async () => {
        const values = {
          region,
          instance_name: instanceName,
          address,
          host_keys: JSON.stringify(hostKeys),
          pinned_at: clock.now().toISOString(),
        };
        await db
          .insertInto('pins')
          .values({ identity, ...values })
          .onConflict((conflict) => conflict.column('identity').doUpdateSet(values))
          .execute();
      }),
  };
}
