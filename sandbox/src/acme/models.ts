import type { JsonWebKey } from 'node:crypto';
import { randomBytes } from 'node:crypto';

export interface Problem {
  type: string;
  detail: string;
  status: number;
}

export interface AccountRow {
  id: string;
  jwk: JsonWebKey;
  /** RFC 7638: stands for the key. */
  thumbprint: string;
  contact: string[];
}

export interface AuthorizationRow {
  id: string;
  account: string;
  /** Without the wildcard. */
  name: string;
  wildcard: boolean;
  token: string;
  status: 'pending' | 'valid' | 'invalid' | 'deactivated';
  error?: Problem | undefined;
}

export interface OrderRow {
  id: string;
  account: string;
  names: string[];
  authorizations: string[];
  /** PEM, its own certificate first; once it is finalized. */
  certificate?: string | undefined;
  expires: string;
}

/** PEM, both. */
export interface Signer {
  certificate: string;
  key: string;
}

/** All that the directory knows, as plain JSON; who signs is made when first wanted. */
export interface AcmeState {
  accounts: AccountRow[];
  authorizations: AuthorizationRow[];
  orders: OrderRow[];
  signers?: { root: Signer; intermediate: Signer } | undefined;
}

/** `signers` is undefined by name, so that a state which is reset loses them. */
export function emptyAcmeState(): AcmeState {
  return { accounts: [], authorizations: [], orders: [], signers: undefined };
}

export function newId(): string {
  return randomBytes(16).toString('base64url');
}
