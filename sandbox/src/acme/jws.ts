import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { z } from 'zod';
import { AcmeError, badNonce, badSignature, malformed, noSuchAccount } from './errors.ts';
import type { AccountRow, AcmeState } from './models.ts';

const jws = z.object({ protected: z.string(), payload: z.string(), signature: z.string() });
const header = z.object({
  alg: z.string(),
  nonce: z.string(),
  url: z.string(),
  kid: z.string().optional(),
  jwk: z.looseObject({ kty: z.string() }).optional(),
});

export interface Signed {
  /** Undefined for a request that only asks to see something. */
  payload: unknown;
  jwk: JsonWebKey;
  thumbprint: string;
  /** Undefined for a key that is not known. */
  account: AccountRow | undefined;
}

/** The nonces that were given out and not spent. */
export type Nonces = Set<string>;

/** Reads a signed request (RFC 8555, 6.2); its nonce is spent once its signature holds. Throws AcmeError for what is none. */
export function readJws(body: string, url: string, state: AcmeState, nonces: Nonces): Signed {
  const parts = jws.safeParse(parse(body));
  if (!parts.success) throw malformed('Parse error reading JWS');
  const { payload, signature, protected: head } = parts.data;
  const read = header.safeParse(parse(text(head)));
  if (!read.success) throw malformed('Parse error reading JWS header');
  const { alg, nonce, url: signedFor, kid } = read.data;
  if (!['ES256', 'RS256'].includes(alg)) {
    throw new AcmeError('badSignatureAlgorithm', `JWS signature header contains unsupported algorithm "${alg}"`);
  }
  const known = kid === undefined ? undefined : state.accounts.find(({ id }) => kid.endsWith(`/account/${id}`));
  if (kid !== undefined && !known) throw noSuchAccount();
  const jwk = known?.jwk ?? (read.data.jwk as JsonWebKey | undefined);
  if (!jwk || !isSignedBy(jwk, alg, `${head}.${payload}`, signature)) throw badSignature();
  if (!nonces.delete(nonce)) throw badNonce();
  if (signedFor !== url) throw new AcmeError('unauthorized', `JWS header parameter 'url' incorrect: ${signedFor}`, 403);
  const thumbprint = thumbprintOf(jwk);
  const account = state.accounts.find((one) => one.thumbprint === thumbprint);
  return { payload: payload === '' ? undefined : parse(text(payload)), jwk, thumbprint, account };
}

/** RFC 7638: SHA-256 of the members that make the key, sorted. */
function thumbprintOf({ kty, crv, x, y, e, n }: JsonWebKey): string {
  const members = kty === 'EC' ? { crv, kty, x, y } : { e, kty, n };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}

function isSignedBy(jwk: JsonWebKey, alg: string, data: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    if (key.asymmetricKeyType !== (alg === 'ES256' ? 'ec' : 'rsa')) return false;
    const bytes = Buffer.from(signature, 'base64url');
    return verify('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }, bytes);
  } catch {
    return false;
  }
}

function text(encoded: string): string {
  return Buffer.from(encoded, 'base64url').toString();
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw malformed('Parse error reading JSON');
  }
}
