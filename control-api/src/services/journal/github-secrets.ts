import type { Kysely } from 'kysely';
import type { SecretPlace } from '../../schemas/github.ts';
import type { Tables } from './database.ts';

/** What is remembered of a secret that was written from here. */
export interface WrittenSecret {
  name: string;
  /** HMAC of place, name and value. */
  hmac: string;
  /** GitHub's own time as read after the write; null while it is not known whether the write had its effect. */
  updatedAt: string | null;
}

/** The secrets that were written from here: enough to see that nothing has changed since, never their values. */
export interface WrittenSecrets {
  of(place: SecretPlace): Promise<WrittenSecret[]>;
  put(place: SecretPlace, secret: WrittenSecret): Promise<void>;
  forget(place: SecretPlace, name: string): Promise<void>;
}

type Guard = <T>(work: () => Promise<T>) => Promise<T>;

/** Rows in the journal's own database; `guard` turns its failures into journal_unavailable. */
export function createWrittenSecrets(db: Kysely<Tables>, guard: Guard): WrittenSecrets {
  return {
    of: (place) =>
      guard(async () => {
        const { repository, environment } = keyOf(place);
        const rows = await db
          .selectFrom('github_secrets')
          .selectAll()
          .where('repository', '=', repository)
          .where('environment', '=', environment)
          .execute();
        return rows.map(({ name, hmac, updated_at }) => ({ name, hmac, updatedAt: updated_at }));
      }),
    put: (place, { name, hmac, updatedAt }) =>
      guard(async () => {
        const values = { hmac, updated_at: updatedAt };
        await db
          .insertInto('github_secrets')
          .values({ ...keyOf(place), name, ...values })
          .onConflict((conflict) => conflict.columns(['repository', 'environment', 'name']).doUpdateSet(values))
          .execute();
      }),
    forget: (place, name) =>
      guard(async () => {
        const { repository, environment } = keyOf(place);
        await db
          .deleteFrom('github_secrets')
          .where('repository', '=', repository)
          .where('environment', '=', environment)
          .where('name', '=', name)
          .execute();
      }),
  };
}

/** GitHub does not tell capitals apart in any of these names. */
function keyOf({ repo_name, environment = '' }: SecretPlace): { repository: string; environment: string } {
  return { repository: repo_name.toLowerCase(), environment: environment.toLowerCase() };
}
