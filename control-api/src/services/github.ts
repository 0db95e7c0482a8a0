import { hmac } from '../lib/canonical.ts';
import type { Clock } from '../lib/clock.ts';
import type { Secret } from '../lib/secret.ts';
import type { GithubSecret, SecretPlace } from '../schemas/github.ts';
import type { AskGithub } from './github/client.ts';
import { type Access, createGithubRequests, type SecretRow } from './github/requests.ts';
import { writeSecret } from './github/write-secret.ts';
import type { WrittenSecret, WrittenSecrets } from './journal/github-secrets.ts';

/** How a secret stands to the value that it is to have. GitHub never tells a value, so what we wrote is remembered. */
export type Standing = 'same' | 'other_value' | 'absent' | 'deleted_elsewhere' | GithubSecret['state'];

export type { Access } from './github/requests.ts';

/**
 * Secrets of GitHub Actions as the rest of the control API sees them; names in capitals. Every method throws AppErrors:
 * github_forbidden, repository_not_found (also for an environment), github_error, github_unreachable, journal_unavailable.
 */
export interface Github {
  secrets(access: Access): Promise<GithubSecret[]>;
  look(access: Access, name: string, value: Secret): Promise<{ secret: GithubSecret | undefined; standing: Standing }>;
  /**
   * Writes a secret, new or over `before`, and remembers it. Undefined when GitHub does not show it yet: it counts as
   * unknown then, and the next call writes it again.
   */
  write(
    access: Access,
    name: string,
    value: Secret,
    before: GithubSecret | undefined,
  ): Promise<GithubSecret | undefined>;
  /** False when it was not there. */
  delete(access: Access, name: string): Promise<boolean>;
}

interface Dependencies {
  ask: AskGithub;
  written: WrittenSecrets;
  hmacKey: Buffer;
  clock: Clock;
}

export function createGithub({ ask, written, hmacKey, clock }: Dependencies): Github {
  const requests = createGithubRequests(ask);

  /** Other places and names give other HMACs, so that equal values cannot be told by them. */
  function digest({ repo_name, environment = '' }: SecretPlace, name: string, value: Secret): string {
    const at = [repo_name.toLowerCase(), environment.toLowerCase(), name];
    return hmac(hmacKey, JSON.stringify(['github-secret', ...at, value.reveal()]));
  }

  async function read(access: Access) {
    const [rows, ours] = await Promise.all([requests.list(access), written.of(access.place)]);
    const find = (name: string) => ours.find((one) => one.name === name);
    return { secrets: rows.map((row) => view(row, find(row.name))), find };
  }

  return {
    secrets: async (access) => (await read(access)).secrets,
    async look(access, name, value) {
      const { secrets, find } = await read(access);
      const secret = secrets.find((one) => one.secret_name === name);
      const ours = find(name);
      if (!secret) return { secret, standing: ours?.updatedAt ? 'deleted_elsewhere' : 'absent' };
      if (secret.state !== 'in_sync') return { secret, standing: secret.state };
      const same = ours?.hmac === digest(access.place, name, value);
      return { secret, standing: same ? 'same' : 'other_value' };
    },
    async write(access, name, value, before) {
      const ours = { name, hmac: digest(access.place, name, value) };
      // First: should this end after the write, it is not known whose the secret is, and it is written again.
      await written.put(access.place, { ...ours, updatedAt: null });
      const row = await writeSecret(access, { name, value, before }, { requests, clock });
      if (!row) return undefined;
      const known = { ...ours, updatedAt: row.updated_at };
      await written.put(access.place, known);
      return view(row, known);
    },
    async delete(access, name) {
      const deleted = await requests.delete(access, name);
      await written.forget(access.place, name);
      return deleted;
    },
  };
}

function view(row: SecretRow, ours: WrittenSecret | undefined): GithubSecret {
  const { name, created_at, updated_at } = row;
  const state = !ours?.updatedAt ? 'unknown' : ours.updatedAt === updated_at ? 'in_sync' : 'changed_elsewhere';
  return { secret_name: name, created_at, updated_at, state };
}
