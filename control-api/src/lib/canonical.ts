import { createHash, createHmac } from 'node:crypto';
import { Secret } from './secret.ts';

/** JSON with sorted keys, without undefined fields; secrets stand as their HMAC, so equal texts mean equal values. */
export function canonicalJson(value: unknown, hmacKey: Buffer): string {
  return JSON.stringify(canonical(value, hmacKey));
}

/** HMAC-SHA256 in hexadecimal. */
export function hmac(hmacKey: Buffer, text: string): string {
  return createHmac('sha256', hmacKey).update(text).digest('hex');
}

/** SHA-256 in hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function canonical(value: unknown, hmacKey: Buffer): unknown {
  if (value instanceof Secret) return `hmac:${hmac(hmacKey, value.reveal())}`;
  if (Array.isArray(value)) return value.map((item) => canonical(item, hmacKey));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, canonical(item, hmacKey)]),
  );
}
