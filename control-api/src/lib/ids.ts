import { randomBytes } from 'node:crypto';

/** `op_` and 20 hexadecimal digits; the first 11 are the time in milliseconds, so ids sort by their start. */
export function operationId(now: Date): string {
  return `op_${now.getTime().toString(16).padStart(11, '0')}${randomBytes(5).toString('hex').slice(0, 9)}`;
}

/** 32 hexadecimal digits that nobody can guess. */
export function nonce(): string {
  return randomBytes(16).toString('hex');
}
