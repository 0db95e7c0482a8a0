import { AppError } from '../../lib/errors.ts';
import type { IssueCertificateBody } from '../../schemas/tls.ts';
import type { StoredCertificate } from '../../services/certificate-store.ts';
import type { ChallengeRecord } from '../../services/challenge-book.ts';
import type { Route53, Zone } from '../../services/route53.ts';
import { type CloudItem, cloudPlan } from '../cloud-steps.ts';
import type { Operation, Plan, Target } from '../operation.ts';
import { wrong } from '../route53/record-target.ts';
import { type Place, placeProblem, removeChallenge } from './challenge-records.ts';
import { type IssueDependencies, issueSteps } from './issue-steps.ts';
import { certificateView, whyIssue } from './renewal.ts';

interface CertificateTarget extends Target {
  /** Where the names are proven: one for a name and the wildcard below it. */
  places: readonly Place[];
}

/** Has a certificate made by an ACME directory and keeps it, unless the one that is there will do. */
export function issueCertificateOperation(
  dependencies: IssueDependencies,
): Operation<IssueCertificateBody, CertificateTarget> {
  const { acme, route53, certificates, book, clock } = dependencies;
  return {
    name: 'certificate.issue',
    deadlineS: 600,
    async target({ names }) {
      const places = await placesOf(names, route53);
      const zones = [...places.map(({ zone }) => zone), ...(await book.left())].map((zone) => zone.hosted_zone_id);
      const more = names.length > 1 ? ` and ${names.length - 1} more` : '';
      const label = `certificate for ${names[0]}${more}`;
      // One at a time: they share the account and the book; and nobody else changes their zones.
      return { key: 'certificates', label, also: [...new Set(zones)].map((id) => `zone ${id}`), places };
    },
    async plan(input, context, { places }) {
      const names = input.names.join('\n');
      const stored = (await certificates.list()).find(({ issuedFor }) => issuedFor.join('\n') === names);
      const left = await book.left();
      const why = whyIssue(stored, { force: input.force, directory: acme.directory, now: clock.now() });
      if (why === undefined && stored) return planSettled(stored, left, dependencies);
      await refusePlaces(places, route53);
      const cleaning = left.map((record) => cleaningStep(record, dependencies));
      return planIssue({ input, places, why: why ?? '', stored, cleaning }, context, dependencies);
    },
  };
}

function planSettled(
  stored: StoredCertificate,
  left: readonly ChallengeRecord[],
  dependencies: IssueDependencies,
): Plan {
  const certificate = certificateView(stored, dependencies.clock.now());
  const what = `${told(stored.issuedFor)}: the certificate that is there already is good for ${certificate.days_left} days`;
  const result = { certificate };
  return cloudPlan({
    items: [
      ...left.map((record) => cleaningStep(record, dependencies)),
      { name: issueName, settled: true, detail: `renewed from ${certificate.renew_from} on` },
    ],
    preview: { message: `${what}.`, result },
    conclude: (changed) => ({
      message: `${what}; ${changed ? 'TXT records were removed' : 'nothing was changed'}.`,
      result,
    }),
  });
}

interface Wish {
  input: IssueCertificateBody;
  places: readonly Place[];
  why: string;
  stored: StoredCertificate | undefined;
  cleaning: readonly CloudItem[];
}

function planIssue(
  { input, places, why, stored, cleaning }: Wish,
  context: Parameters<typeof issueSteps>[1],
  dependencies: IssueDependencies,
): Plan {
  const { clock, acme } = dependencies;
  const view = (one: StoredCertificate | undefined) => (one ? certificateView(one, clock.now()) : null);
  const { items, lastly, kept } = issueSteps(
    { ...input, places, was: stored?.fingerprint ?? null },
    context,
    dependencies,
  );
  return cloudPlan({
    items: [...cleaning, ...items],
    lastly,
    preview: {
      message: `${told(input.names)}: a certificate would be issued by ${acme.directory}: ${why}.`,
      result: { certificate: view(stored) },
    },
    conclude: () => {
      const certificate = view(kept());
      const until = certificate ? `, good until ${certificate.not_after}` : '';
      return { message: `${told(input.names)}: issued${until} (${why}).`, result: { certificate } };
    },
  });
}

/** One that an interrupted call left. */
function cleaningStep(record: ChallengeRecord, { route53, book }: IssueDependencies): CloudItem {
  return {
    name: `Remove what an earlier call left at ${record.name}`,
    effect: 'change',
    action: { ...record },
    async run() {
      const removed = await removeChallenge(record, route53, book);
      return { detail: removed ? 'removed' : 'gone', unchanged: !removed };
    },
  };
}

async function placesOf(names: readonly string[], route53: Pick<Route53, 'findZone'>): Promise<Place[]> {
  const bases = new Set(names.map((name) => name.replace(/^\*\./, '')));
  const places: Place[] = [];
  // One after the other: Route 53 takes five calls a second from an account.
  for (const name of bases) places.push({ zone: await zoneOf(name, route53), name: `_acme-challenge.${name}` });
  return places;
}

async function zoneOf(name: string, route53: Pick<Route53, 'findZone'>): Promise<Zone> {
  try {
    return await route53.findZone({ name });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'zone_ambiguous') throw error;
    const hint = 'The proof must stand in the one that the registrar names: delete the others.';
    throw new AppError(error.code, error.message, { hint, ...(error.details ? { details: error.details } : {}) });
  }
}

async function refusePlaces(places: readonly Place[], route53: Pick<Route53, 'recordsAt'>): Promise<void> {
  for (const { zone, name } of places) {
    const problem = placeProblem(await route53.recordsAt(zone, name));
    if (problem) throw wrong('/names', `need a TXT record at ${name}, which ${problem}`);
  }
}

const issueName = 'Issue the certificate';

function told(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
