import type { CloudRequest } from '../cloud-service.ts';
import { incompleteSignature, missingToken, unknownAccessKey, unknownOperation, wrongScope } from './errors.ts';

const prefix = '/2013-04-01/';

const operations: readonly [operation: string, method: string, path: RegExp][] = [
  ['CreateHostedZone', 'POST', /^hostedzone$/],
  ['ListHostedZones', 'GET', /^hostedzone$/],
  ['ListHostedZonesByName', 'GET', /^hostedzonesbyname$/],
  ['GetHostedZone', 'GET', /^hostedzone\/([^/]+)$/],
  ['DeleteHostedZone', 'DELETE', /^hostedzone\/([^/]+)$/],
  ['ListResourceRecordSets', 'GET', /^hostedzone\/([^/]+)\/rrset$/],
  ['ChangeResourceRecordSets', 'POST', /^hostedzone\/([^/]+)\/rrset$/],
  ['GetChange', 'GET', /^change\/([^/]+)$/],
];

export interface Route53Call {
  operation: string;
  /** Of the zone or change that the path names; else empty. */
  id: string;
  accessKeyId: string;
}

const signature =
  /^AWS4-HMAC-SHA256 Credential=([^/\s,]+)\/\d{8}\/[^/\s,]+\/([^/\s,]+)\/aws4_request, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]{64}$/;

/** Whether a request is for Route 53: its paths begin with the version of its API. */
export function isRoute53({ url }: CloudRequest): boolean {
  return url.pathname.startsWith(prefix);
}

/**
 * Reads a request's operation off method and path. The signature's form is checked, not its value; nor its region, since
 * the SDK signs for the client's own when it is led here.
 */
export function route53Call(request: CloudRequest, unknownAccessKeyIds: readonly string[]): Route53Call {
  const { authorization } = request.headers;
  if (!authorization) throw missingToken();
  const parts = signature.exec(authorization);
  if (!parts) throw incompleteSignature();
  const [, accessKeyId = '', service] = parts;
  if (unknownAccessKeyIds.includes(accessKeyId)) throw unknownAccessKey();
  if (service !== 'route53') throw wrongScope();
  const path = request.url.pathname.slice(prefix.length).replace(/\/$/, '');
  for (const [operation, method, pattern] of operations) {
    const match = request.method === method ? pattern.exec(path) : null;
    if (match) return { operation, id: decodeURIComponent(match[1] ?? ''), accessKeyId };
  }
  throw unknownOperation();
}
