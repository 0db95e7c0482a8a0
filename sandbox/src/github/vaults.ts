import { z } from 'zod';
import { newKey, opened } from './boxes.ts';
import {
  improperlyEncrypted,
  invalidName,
  invalidRequest,
  noJson,
  notFound,
  reservedName,
  tooLarge,
} from './errors.ts';
import { type KeyRow, type RepositoryRow, type SecretRow, sameName, type Vault } from './models.ts';

const limit = 48 * 1024;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

/** The secrets that a call means. Throws Not Found for an environment that is not there. */
export function vaultOf(repository: RepositoryRow, environment: string | undefined): Vault {
  if (environment === undefined) return repository;
  const found = repository.environments.find(({ name }) => sameName(name, environment));
  if (!found) throw notFound();
  return found;
}

export function findSecret(vault: Vault, name: string): SecretRow {
  const secret = vault.secrets.find((one) => sameName(one.name, name));
  if (!secret) throw notFound();
  return secret;
}

export async function keyOf(vault: Vault): Promise<KeyRow> {
  if (vault.key) return vault.key;
  const key = await newKey();
  // Another call may have made one meanwhile.
  vault.key ??= key;
  return vault.key;
}

/** Stores what the body has sealed for the vault's key of now. True when the secret is a new one. */
export async function putSealed(vault: Vault, name: string, body: string): Promise<boolean> {
  refuseName(name);
  const { encrypted_value, key_id } = sealedBody(body);
  const key = await keyOf(vault);
  const value = key_id === key.id ? await opened(encrypted_value, key) : undefined;
  if (value === undefined) throw improperlyEncrypted();
  if (Buffer.byteLength(value) > limit) throw tooLarge();
  return store(vault, name, value, seconds());
}

/** Whole seconds since the epoch. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** True when the secret is a new one. */
export function store(vault: Vault, name: string, value: string, at: number): boolean {
  const known = vault.secrets.find((one) => sameName(one.name, name));
  if (known) Object.assign(known, { value, updatedAt: at });
  else vault.secrets.push({ name: name.toUpperCase(), value, createdAt: at, updatedAt: at });
  return !known;
}

function refuseName(name: string): void {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw invalidName();
  if (/^GITHUB_/i.test(name)) throw reservedName();
}

const text = z.looseObject({ encrypted_value: z.string().optional(), key_id: z.string().optional() });

function sealedBody(body: string): { encrypted_value: string; key_id: string } {
  const { data = {} } = text.safeParse(json(body));
  const { encrypted_value, key_id } = data;
  if (encrypted_value === undefined) throw invalidRequest('"encrypted_value" wasn\'t supplied.');
  if (key_id === undefined) throw invalidRequest('"key_id" wasn\'t supplied.');
  if (!base64.test(encrypted_value)) throw invalidRequest(`${encrypted_value} does not match ${base64}.`);
  return { encrypted_value, key_id };
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw noJson();
  }
}
