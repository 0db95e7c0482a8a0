import type { CertificateView } from '../../schemas/tls.ts';
import type { StoredCertificate } from '../../services/certificate-store.ts';

const DAY_MS = 86_400_000;

/** Renewed when less than this part of the lifetime is left: lifetimes get shorter, so it is no number of days. */
const LAST_PART = 1 / 3;

/** What is to be known of a wish to judge a certificate. */
interface Wanted {
  force: boolean;
  /** Where a new one would come from. */
  directory: string;
  now: Date;
}

/** Why a certificate is to be issued; undefined when the one that is there will do. */
export function whyIssue(stored: StoredCertificate | undefined, { force, directory, now }: Wanted): string | undefined {
  if (!stored) return 'none was there for these names';
  if (stored.directory !== directory) return `the one there is comes from ${stored.directory}`;
  if (now >= stored.notAfter) return `the one there is expired ${stored.notAfter.toISOString()}`;
  const { days_left, renewal_due } = certificateView(stored, now);
  if (renewal_due) return `the one there is has ${days_left} days left, less than a third of its time`;
  return force ? 'it is forced' : undefined;
}

/** A certificate as callers see it: without its key. */
export function certificateView(stored: StoredCertificate, now: Date): CertificateView {
  const { names, issuedFor, notBefore, notAfter, fingerprint, issuer, directory, path } = stored;
  const renewFrom = new Date(notAfter.getTime() - (notAfter.getTime() - notBefore.getTime()) * LAST_PART);
  return {
    names: [...issuedFor],
    serves: [...names],
    issuer,
    not_before: notBefore.toISOString(),
    not_after: notAfter.toISOString(),
    days_left: Math.floor(((notAfter.getTime() - now.getTime()) / DAY_MS) * 10) / 10,
    renew_from: renewFrom.toISOString(),
    renewal_due: now > renewFrom,
    fingerprint,
    directory,
    path,
  };
}
