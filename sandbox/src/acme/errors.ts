import type { Problem } from './models.ts';

/** An error of ACME as its wire carries it: a problem document (RFC 8555, 6.7). */
export class AcmeError extends Error {
  override readonly name = 'AcmeError';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(type: string, detail: string, status = 400, headers: Record<string, string> = {}) {
    super(detail);
    this.problem = { type: `urn:ietf:params:acme:error:${type}`, detail, status };
    this.headers = headers;
  }
}

export const malformed = (detail: string, status = 400) => new AcmeError('malformed', detail, status);

export const badNonce = () => new AcmeError('badNonce', 'JWS has an invalid anti-replay nonce');

export const badSignature = () => malformed('JWS verification error');

export const noSuchAccount = () => new AcmeError('accountDoesNotExist', 'Account not found');

export const notYours = () => new AcmeError('unauthorized', 'User account ID does not match', 403);

export const invalidContact = (contact: string) =>
  new AcmeError('invalidContact', `Error validating contact(s) :: "${contact}" is not a valid e-mail address`);

export const termsNotAgreed = () => malformed('must agree to terms of service');

export const rejectedIdentifier = (detail: string) => new AcmeError('rejectedIdentifier', detail);

export const orderNotReady = (status: string) =>
  new AcmeError('orderNotReady', `Order's status ("${status}") is not acceptable for finalization`, 403);

export const badCsr = (detail: string) => new AcmeError('badCSR', `Error finalizing order :: ${detail}`);

/** Of one set of names; a real one waits for hours. */
export const rateLimited = () =>
  new AcmeError(
    'rateLimited',
    'too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s: see https://letsencrypt.org/docs/rate-limits/#new-certificates-per-exact-set-of-identifiers',
    429,
    { 'retry-after': '86400' },
  );

export const serverInternal = () => new AcmeError('serverInternal', 'Service busy; retry later.', 503);

export const noTxt = (name: string) =>
  new AcmeError(
    'dns',
    `DNS problem: NXDOMAIN looking up TXT for ${name} - check that a DNS record exists for this domain`,
  );

export const wrongTxt = (name: string, found: string) =>
  new AcmeError('unauthorized', `Incorrect TXT record "${found}" found at ${name}`, 403);
