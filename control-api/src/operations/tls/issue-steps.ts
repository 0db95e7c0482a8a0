import { AppError } from '../../lib/errors.ts';
import type { IssueCertificateBody } from '../../schemas/tls.ts';
import type { Acme, AcmeOrder, Issued } from '../../services/acme.ts';
import type { CertificateStore, StoredCertificate } from '../../services/certificate-store.ts';
import type { CloudStep } from '../cloud-steps.ts';
import { waitFor } from '../lightsail/state-wait.ts';
import type { Context } from '../operation.ts';
import type { Place } from './challenge-records.ts';
import { type ProofDependencies, proofSteps } from './proof-steps.ts';

export interface IssueDependencies extends ProofDependencies {
  acme: Acme;
  certificates: CertificateStore;
}

interface Wish extends Pick<IssueCertificateBody, 'names' | 'email'> {
  places: readonly Place[];
  /** Fingerprint of the certificate that is there for these names. */
  was: string | null;
}

/** Seconds; the waits together leave time before the deadline for the records to be removed. */
const waitS = 90;

/**
 * The way from an order to a certificate that is kept, and the removal of its proofs, which comes last in every case.
 * Nothing is replaced before the new one is there and has been looked at. `kept` gives it then.
 */
export function issueSteps({ names, email, places, was }: Wish, context: Context, dependencies: IssueDependencies) {
  const { acme, certificates } = dependencies;
  let order: AcmeOrder | undefined;
  let issued: Issued | undefined;
  let kept: StoredCertificate | undefined;
  const ordered = () => given(order);
  const proofs = proofSteps(places, ordered, context, dependencies);
  const items: CloudStep[] = [
    {
      name: 'Order the certificate',
      effect: 'change',
      action: { directory: acme.directory, names, email, was },
      async run() {
        order = await acme.order(names, email);
        return { detail: `${order.challenges.length} of ${names.length} names are to be proven` };
      },
    },
    ...proofs.items,
    waitFor(
      {
        name: 'Have the certificate made',
        after: 'the names are proven',
        waitS,
        async look() {
          issued = await ordered().issued();
          return issued ? undefined : 'the directory is at work on it';
        },
      },
      context,
      dependencies,
    ),
    {
      name: 'Keep the certificate',
      effect: 'change',
      action: { names, after: 'it is made' },
      async run() {
        kept = await certificates.put({ ...given(issued), directory: acme.directory });
        return { detail: `${kept.path}, good until ${kept.notAfter.toISOString()}` };
      },
    },
  ];
  return { items, lastly: proofs.lastly, kept: () => kept };
}

/** What an earlier step found; the first step that fails ends all, so it is there. */
function given<T>(value: T | undefined): T {
  if (value === undefined) throw new AppError('internal_error');
  return value;
}
