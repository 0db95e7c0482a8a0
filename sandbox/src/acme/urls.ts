import type { CloudRequest } from '../cloud-service.ts';
import { malformed } from './errors.ts';

const prefix = '/acme/';

/** What a path begins with, and whether an id follows. HEAD and GET of some ask for no more than a nonce or a text. */
const operations: readonly [operation: string, method: RegExp, path: RegExp][] = [
  ['directory', /^GET$/, /^directory$/],
  ['root', /^GET$/, /^root$/],
  ['newNonce', /^(GET|HEAD)$/, /^new-nonce$/],
  ['newAccount', /^POST$/, /^new-account$/],
  ['newOrder', /^POST$/, /^new-order$/],
  ['account', /^POST$/, /^account\/([\w-]+)$/],
  ['order', /^POST$/, /^order\/([\w-]+)$/],
  ['authorization', /^POST$/, /^authorization\/([\w-]+)$/],
  ['challenge', /^POST$/, /^challenge\/([\w-]+)$/],
  ['finalize', /^POST$/, /^finalize\/([\w-]+)$/],
  ['certificate', /^POST$/, /^certificate\/([\w-]+)$/],
];

export interface AcmeCall {
  /** Of `operations`; counted and hit by faults under this name. */
  operation: string;
  /** Of what the path names; else empty. */
  id: string;
  /** Of the directory, without a final slash. */
  base: string;
}

/** Whether a request is for the ACME directory: its address here is `<sandbox>/acme/directory`. */
export function isAcme({ url }: CloudRequest): boolean {
  return url.pathname.startsWith(prefix);
}

/** Reads a request's operation off method and path. */
export function acmeCall({ method, url, headers }: CloudRequest): AcmeCall {
  const path = url.pathname.slice(prefix.length);
  for (const [operation, methods, pattern] of operations) {
    const match = methods.test(method) ? pattern.exec(path) : null;
    if (match) return { operation, id: match[1] ?? '', base: `http://${headers.host}/acme` };
  }
  throw malformed('Page not found', 404);
}
