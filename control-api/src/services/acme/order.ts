import type { Authorization, Client, Order } from 'acme-client';
import type { Clock } from '../../lib/clock.ts';
import type { Secret } from '../../lib/secret.ts';
import { readCertificate } from '../certificate.ts';
import { newKey } from './account-key.ts';
import type { AcmeLibrary } from './client.ts';
import { refusedFor, translated } from './failures.ts';

export interface AcmeOrder {
  /** What is to be proven still, each by a value of a TXT record; several may be of one record. */
  challenges: readonly { name: string; value: string }[];
  /** Has the directory look at the records, the first time; what is not proven yet, undefined once all is. */
  unproven(): Promise<string | undefined>;
  /** Has the certificate made, the first time; undefined while it is being made. Its key is a new one. */
  issued(): Promise<Issued | undefined>;
}

export interface Issued {
  /** PEM, its own certificate first. */
  certificate: string;
  /** PEM, PKCS#8. */
  key: Secret;
}

interface Dependencies {
  acme: AcmeLibrary;
  /** With an account. */
  client: Client;
  /** Address of the directory, for errors. */
  directory: string;
  clock: Pick<Clock, 'now'>;
}

/** Orders a certificate; each look at what becomes of it is a request of its own, and waits for nothing. */
export async function openOrder(names: readonly string[], dependencies: Dependencies): Promise<AcmeOrder> {
  const { acme, client, directory, clock } = dependencies;
  const order = await client.createOrder({ identifiers: names.map((value) => ({ type: 'dns', value })) });
  const authorizations = await client.getAuthorizations(order);
  const challenges = await Promise.all(
    authorizations.filter(({ status }) => status !== 'valid').map((one) => challengeOf(one, dependencies)),
  );
  const key = newKey();
  let told = false;
  let left = authorizations;
  let finalized: Order | undefined;

  async function finalize(): Promise<Order> {
    const [, csr] = await acme.crypto.createCsr({ altNames: [...names] }, key.reveal());
    return client.finalizeOrder(order, csr);
  }

  return {
    challenges,
    unproven: () =>
      translated(directory, async () => {
        if (!told) for (const { challenge } of challenges) await client.completeChallenge(challenge);
        told = true;
        left = await client.getAuthorizations({ ...order, authorizations: left.map(({ url }) => url) });
        for (const one of left) refuseFailed(one, directory);
        left = left.filter(({ status }) => status !== 'valid');
        if (left.length > 0) return `to be proven still: ${left.map(({ identifier }) => identifier.value).join(', ')}`;
        const { status, error } = await client.getOrder(order);
        if (status === 'invalid') throw refusedFor(directory, 'the order', error);
        return status === 'pending' ? 'the order is pending' : undefined;
      }),
    issued: () =>
      translated(directory, async () => {
        finalized = finalized ? await client.getOrder(order) : await finalize();
        const { status, error } = finalized;
        if (status === 'invalid') throw refusedFor(directory, 'the order', error);
        if (status !== 'valid') return undefined;
        const certificate = await client.getCertificate(finalized);
        refuseUnfit({ certificate, key }, names, directory, clock.now());
        return { certificate, key };
      }),
  };
}

async function challengeOf({ identifier, challenges }: Authorization, { client, directory }: Dependencies) {
  const challenge = challenges.find(({ type }) => type === 'dns-01');
  if (!challenge) throw refusedFor(directory, identifier.value, { detail: 'it does not take proofs by DNS (dns-01)' });
  const value = await client.getChallengeKeyAuthorization(challenge);
  return { name: `_acme-challenge.${identifier.value}`, value, challenge };
}

function refuseFailed({ identifier, status, challenges }: Authorization, directory: string): void {
  if (status === 'valid' || status === 'pending') return;
  const { error } = challenges.find((challenge) => challenge.error) ?? {};
  throw refusedFor(directory, identifier.value, error ?? { detail: `its authorization is ${status}` });
}

/** What came is not taken at its word: it may be for other names, of another key, or over already. */
function refuseUnfit({ certificate, key }: Issued, names: readonly string[], directory: string, now: Date): void {
  const problem = unfitness(certificate, key, names, now);
  if (problem) throw refusedFor(directory, 'the certificate', { detail: problem });
}

function unfitness(certificate: string, key: Secret, names: readonly string[], now: Date): string | undefined {
  try {
    const { names: is, notAfter } = readCertificate(certificate, key);
    const wanted = names.toSorted().join(', ');
    if (is.join(', ') !== wanted) return `it is for ${is.join(', ')}, not ${wanted}`;
    if (notAfter > now) return undefined;
    return `it expired on ${notAfter.toISOString()}, and it is ${now.toISOString()} by this machine’s clock`;
  } catch (error) {
    return (error as Error).message;
  }
}
