import type { IncomingHttpHeaders } from 'node:http';
import { regions } from './catalogue.ts';
import { incompleteSignature, missingToken, unknownOperation, unrecognizedClient, wrongScope } from './errors.ts';

export interface LightsailCall {
  operation: string;
  region: string;
  accessKeyId: string;
}

const targetPrefix = 'Lightsail_20161128.';
const signature =
  /^AWS4-HMAC-SHA256 Credential=([^/\s,]+)\/\d{8}\/([^/\s,]+)\/([^/\s,]+)\/aws4_request, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]{64}$/;

/** Whether a request is for Lightsail: AWS JSON 1.1 names the service in a header, every call is `POST /`. */
export function isLightsail(headers: IncomingHttpHeaders): boolean {
  return target(headers).startsWith(targetPrefix);
}

/**
 * Reads operation, region and access key off a request's headers. The region is the credential scope's, as the sandbox has
 * one address for all regions. The signature's form is checked, not its value: the sandbox knows no secrets.
 */
export function lightsailCall(headers: IncomingHttpHeaders, unknownAccessKeyIds: readonly string[]): LightsailCall {
  if (!headers.authorization) throw missingToken();
  const parts = signature.exec(headers.authorization);
  if (!parts) throw incompleteSignature();
  const [, accessKeyId = '', region = '', service] = parts;
  if (unknownAccessKeyIds.includes(accessKeyId)) throw unrecognizedClient();
  if (service !== 'lightsail') throw wrongScope("correct service: 'lightsail'");
  if (!regions.some(({ name }) => name === region)) throw wrongScope(`a valid region, not '${region}'`);
  if (!isLightsail(headers)) throw unknownOperation();
  return { operation: target(headers).slice(targetPrefix.length), region, accessKeyId };
}

function target(headers: IncomingHttpHeaders): string {
  return String(headers['x-amz-target'] ?? '');
}
