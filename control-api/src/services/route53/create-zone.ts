import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { HostedZone } from '../../schemas/route53.ts';
import type { OpenClient } from './client.ts';
import { isNamed, isUnanswered, translated } from './failures.ts';
import { bareId, hostedZone, type ZoneRow, zoneRow } from './views.ts';
import type { Zones } from './zones.ts';

export interface CreatedZone {
  zone: HostedZone;
  /** Undefined when it is not known: the answer was lost, or another made the zone. */
  changeId: string | undefined;
  /** Whether it was this control API that made it, as far as its caller reference tells. */
  made: boolean;
}

interface Dependencies {
  client: OpenClient;
  zones: Pick<Zones, 'byId' | 'rowsNamed'>;
  clock: Clock;
}

/**
 * Milliseconds before each look for the zone of a reference that is spent, half a minute in all: to overlook it would
 * cost a second zone.
 */
const looksMs = [0, 500, 1500, 3000, 5000, 8000, 12_000];
/** After no answer the call just fails, and is repeated with the same reference. */
const shortLooksMs = looksMs.slice(0, 4);

/**
 * Creates a zone, at most once, whatever happens to the answers: Route 53 takes a caller reference only once, even when
 * its zone was deleted since, and ours is made from the name. So the SDK may repeat what was not answered, and what it
 * made is looked for. Only when the reference is spent and no zone of the name is there, another one is taken.
 */
export function createZone(
  domain: string,
  operationId: string,
  { client, zones, clock }: Dependencies,
): Promise<CreatedZone> {
  return translated('CreateHostedZone', async () => {
    const sdk = await client();
    const reference = `fountain ${domain}`;
    for (const CallerReference of [reference, `${reference} ${operationId}`]) {
      try {
        const { HostedZone, DelegationSet, ChangeInfo } = await sdk.createHostedZone({ Name: domain, CallerReference });
        const changeId = ChangeInfo?.Id && bareId(ChangeInfo.Id);
        return { zone: hostedZone(zoneRow(HostedZone ?? {}), DelegationSet), changeId, made: true };
      } catch (error) {
        const spent = isNamed(error, 'HostedZoneAlreadyExists');
        if (!spent && !isUnanswered(error)) throw error;
        const row = await look(() => zones.rowsNamed(domain), CallerReference, clock, spent ? looksMs : shortLooksMs);
        const made = row?.callerReference === CallerReference;
        if (row) return { zone: await zones.byId(row.hosted_zone_id), changeId: undefined, made };
        if (!spent) throw error;
      }
    }
    throw new AppError('aws_error', `AWS says that it has made a zone for ${domain}, but does not show it.`, {
      hint: 'Repeat the call in a minute: it looks first.',
    });
  });
}

async function look(
  lookUp: () => Promise<ZoneRow[]>,
  callerReference: string,
  clock: Clock,
  waits: readonly number[],
): Promise<ZoneRow | undefined> {
  for (const waitMs of waits) {
    if (waitMs > 0) await clock.sleep(waitMs);
    const rows = await lookUp().catch(() => []);
    const found = rows.find((row) => row.callerReference === callerReference) ?? rows[0];
    if (found) return found;
  }
  return undefined;
}
