import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Secret } from '../../lib/secret.ts';
import type { Access, GithubRequests, PublicKey, SecretRow } from './requests.ts';
import { seal } from './seal.ts';

interface Dependencies {
  requests: GithubRequests;
  clock: Clock;
}

/** What is to be written over what. */
export interface SecretWish {
  name: string;
  value: Secret;
  /** The secret as it was listed before; undefined when there was none. */
  before: { updated_at: string } | undefined;
}

/**
 * Writes a secret and reads it back; undefined when GitHub does not show the new state yet. Repeated it does no harm.
 * @throws {AppError} as the requests do
 */
export async function writeSecret(
  access: Access,
  { name, value, before }: SecretWish,
  { requests, clock }: Dependencies,
): Promise<SecretRow | undefined> {
  const answeredAt = await putSealed(access, name, value, requests);
  return readBack(() => requests.get(access, name), before?.updated_at, answeredAt, clock);
}

/** The key may change between its reading and its use: GitHub refuses that with 422, and a new one is read, once. */
async function putSealed(access: Access, name: string, value: Secret, requests: GithubRequests): Promise<number> {
  const put = async ({ key, key_id }: PublicKey) =>
    requests.put(access, name, { encrypted_value: await seal(value, key), key_id });
  const first = await requests.publicKey(access);
  try {
    return await put(first);
  } catch (error) {
    if (!(error instanceof AppError) || error.details?.[0]?.http_status !== 422) throw error;
    const second = await requests.publicKey(access);
    if (second.key_id === first.key_id) throw error;
    return put(second);
  }
}

/** Milliseconds before each look: a replica of GitHub's may lag behind. */
const looksMs = [0, 300, 700, 2000];
/** GitHub counts whole seconds, on clocks that may differ: two writes that close may show the same time. */
const toleranceMs = 2000;

/** The first look that is not older than the write. */
async function readBack(
  look: () => Promise<SecretRow | undefined>,
  before: string | undefined,
  answeredAt: number,
  clock: Clock,
): Promise<SecretRow | undefined> {
  for (const waitMs of looksMs) {
    if (waitMs > 0) await clock.sleep(waitMs);
    const row = await look();
    const old = row?.updated_at === before && Date.parse(before ?? '') < answeredAt - toleranceMs;
    if (row && !old) return row;
  }
  return undefined;
}
