import { z } from 'zod';
import { newKey } from './boxes.ts';
import { type GithubState, type RepositoryRow, sameName, type Vault } from './models.ts';
import { seconds, store, vaultOf } from './vaults.ts';

const permission = z.enum(['read', 'write']).optional();
const name = z.string().regex(/^[^/]+\/[^/]+$/);

const world = z.strictObject({
  repositories: z
    .array(z.strictObject({ name, private: z.boolean().default(false), environments: z.array(z.string()).default([]) }))
    .default([]),
  tokens: z
    .array(
      z.union([
        z.strictObject({ token: z.string(), scopes: z.array(z.string()) }),
        z.strictObject({
          token: z.string(),
          repositories: z.array(name),
          permissions: z.strictObject({ secrets: permission, environments: permission }),
        }),
      ]),
    )
    .default([]),
});

const writing = z.strictObject({
  repository: name,
  environment: z.string().optional(),
  name: z.string(),
  value: z.string(),
});

/** A secret as nobody sees it at GitHub: with its value. Times are seconds since the epoch. */
export interface OpenSecret {
  repository: string;
  environment: string | null;
  name: string;
  value: string;
  createdAt: number;
  updatedAt: number;
}

export type GithubLevers = ReturnType<typeof createGithubLevers>;

/** What tests do to the stand-in. All throw a ZodError for what does not fit. */
export function createGithubLevers(state: GithubState, changed: () => void) {
  return {
    /** Adds repositories and tokens, or puts them in the place of those of the same name. */
    put(input: z.input<typeof world>): void {
      const { repositories, tokens } = world.parse(input);
      for (const one of repositories) {
        const environments = one.environments.map((environment) => ({ name: environment, secrets: [] }));
        state.repositories = state.repositories.filter((known) => !sameName(known.name, one.name));
        state.repositories.push({ ...one, secrets: [], environments });
      }
      for (const one of tokens) {
        state.tokens = [...state.tokens.filter(({ token }) => token !== one.token), one as never];
      }
      changed();
    },
    secrets: (): OpenSecret[] => state.repositories.flatMap(openSecrets),
    /** Writes a secret as somebody elsewhere would, a second after the last write at the earliest: so GitHub shows it. */
    write(input: z.input<typeof writing>): void {
      const { repository, environment, name: secret, value } = writing.parse(input);
      const found = state.repositories.find((one) => sameName(one.name, repository));
      if (!found) throw new TypeError(`There is no repository ${repository}.`);
      const vault = vaultOf(found, environment);
      const last = vault.secrets.find((one) => sameName(one.name, secret))?.updatedAt ?? 0;
      store(vault, secret, value, Math.max(seconds(), last + 1));
      changed();
    },
    /** Other keys everywhere, with other ids: what is sealed for the old ones is refused. */
    async rotateKeys(): Promise<void> {
      for (const vault of state.repositories.flatMap(vaultsOf)) vault.key = await newKey();
      changed();
    },
  };
}

function vaultsOf(repository: RepositoryRow): Vault[] {
  return [repository, ...repository.environments];
}

function openSecrets(repository: RepositoryRow): OpenSecret[] {
  const places = [{ name: null, secrets: repository.secrets }, ...repository.environments];
  return places.flatMap(({ name: environment, secrets }) =>
    secrets.map((secret) => ({ repository: repository.name, environment, ...secret })),
  );
}
