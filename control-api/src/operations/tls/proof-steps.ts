import type { Clock } from '../../lib/clock.ts';
import type { AcmeOrder } from '../../services/acme.ts';
import type { ChallengeBook, ChallengeRecord } from '../../services/challenge-book.ts';
import type { Route53 } from '../../services/route53.ts';
import type { CloudStep } from '../cloud-steps.ts';
import { waitFor } from '../lightsail/state-wait.ts';
import type { Context } from '../operation.ts';
import { challengeRecord, type Place, placeChallenge, removeChallenge } from './challenge-records.ts';

export interface ProofDependencies {
  route53: Route53;
  book: ChallengeBook;
  clock: Clock;
  /** Milliseconds between two looks at what is not so yet. */
  pollMs: number;
}

/** Seconds; INSYNC comes mostly within one minute. */
const waitS = { inSync: 180, proven: 150 };

/** The steps that prove an order's names by TXT records, and those that take the records away again. */
export function proofSteps(
  places: readonly Place[],
  order: () => AcmeOrder,
  context: Context,
  dependencies: ProofDependencies,
): { items: CloudStep[]; lastly: CloudStep[] } {
  const { route53, book } = dependencies;
  const placed = new Map<string, ChallengeRecord>();
  let pending: string[] = [];

  const set = (place: Place): CloudStep => ({
    name: `Set TXT ${place.name}`,
    effect: 'change',
    action: { hosted_zone_id: place.zone.hosted_zone_id, name: place.name, values: 'beside those that are there' },
    async run() {
      const proofs = order().challenges.filter(({ name }) => name === place.name);
      if (proofs.length === 0) return { detail: 'proven still from an earlier order', unchanged: true };
      const record = challengeRecord(
        place,
        proofs.map(({ value }) => value),
      );
      // Before: the change may be made and its answer lost.
      placed.set(place.name, record);
      const changeId = await placeChallenge(record, route53, book);
      pending.push(changeId);
      return { detail: `${record.values.join(' ')}, change ${changeId}` };
    },
  });
  const remove = ({ name }: Place): CloudStep => ({
    name: `Remove TXT ${name}`,
    effect: 'change',
    action: { name, values: 'those that were set' },
    async run() {
      const record = placed.get(name);
      const removed = record !== undefined && (await removeChallenge(record, route53, book));
      return { detail: removed ? 'removed' : 'is not there', unchanged: !removed };
    },
  });
  const inSync = {
    name: 'Wait until every name server of Route 53 has it',
    after: 'the records were set',
    waitS: waitS.inSync,
    async look() {
      const still: string[] = [];
      for (const id of pending) if (!(await route53.isInSync(id))) still.push(id);
      pending = still;
      return still.length === 0 ? undefined : `PENDING: ${still.join(', ')}; this takes mostly less than a minute`;
    },
  };
  const proven = {
    name: 'Have the names proven',
    after: 'every name server has the records',
    waitS: waitS.proven,
    look: () => order().unproven(),
  };
  return {
    items: [...places.map(set), waitFor(inSync, context, dependencies), waitFor(proven, context, dependencies)],
    lastly: places.map(remove),
  };
}
