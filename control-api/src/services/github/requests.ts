import { z } from 'zod';
import { AppError } from '../../lib/errors.ts';
import type { Secret } from '../../lib/secret.ts';
import type { SecretPlace } from '../../schemas/github.ts';
import type { AskGithub, GithubAnswer, GithubCall } from './client.ts';
import { notFound, refusal } from './failures.ts';

/** A place and who asks there. */
export interface Access {
  place: SecretPlace;
  token: Secret;
}

/** Of any offset and precision; GitHub gives whole seconds. */
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const row = z.object({ name: z.string(), created_at: time, updated_at: time });
const page = z.object({ total_count: z.int(), secrets: z.array(row) });
const publicKey = z.object({ key_id: z.string(), key: z.string().regex(/^[A-Za-z0-9+/]{43}=$/) });

export type SecretRow = z.output<typeof row>;
export type PublicKey = z.output<typeof publicKey>;
export type GithubRequests = ReturnType<typeof createGithubRequests>;

/**
 * GitHub's REST calls about secrets. Each throws AppErrors: github_forbidden, repository_not_found, github_error,
 * github_unreachable.
 * @see https://docs.github.com/rest/actions/secrets
 */
export function createGithubRequests(ask: AskGithub) {
  /** The answer, unless it is a failure; a 404 is one when it cannot mean the secret alone. */
  async function call(wanted: GithubCall, access: Access, mayBeMissing = false): Promise<GithubAnswer> {
    const answer = await ask(wanted, access.token);
    const { status } = answer;
    if (status < 300 || (mayBeMissing && status === 404)) return answer;
    const refused = { ...access, call: wanted, answer };
    if (status !== 404) throw refusal(refused);
    throw notFound(refused, access.place.environment !== undefined && (await seesRepository(access)));
  }

  async function seesRepository({ place, token }: Access): Promise<boolean> {
    const { status } = await ask({ method: 'GET', path: repositoryPath(place) }, token);
    return status === 200;
  }

  return {
    async list(access: Access): Promise<SecretRow[]> {
      const rows: SecretRow[] = [];
      for (let number = 1; ; number++) {
        const path = `${secretsPath(access.place)}?per_page=100&page=${number}`;
        const { total_count, secrets } = read(page, await call({ method: 'GET', path }, access));
        rows.push(...secrets);
        if (secrets.length === 0 || rows.length >= total_count) return rows;
      }
    },
    /** Undefined when it is not there, or its place is not. */
    async get(access: Access, name: string): Promise<SecretRow | undefined> {
      const answer = await call({ method: 'GET', path: secretPath(access.place, name) }, access, true);
      return answer.status === 404 ? undefined : read(row, answer);
    },
    async publicKey(access: Access): Promise<PublicKey> {
      const path = `${secretsPath(access.place)}/public-key`;
      return read(publicKey, await call({ method: 'GET', path }, access));
    },
    /** When GitHub answered, in milliseconds, by its own clock; NaN when it does not say. */
    async put(access: Access, name: string, body: { encrypted_value: string; key_id: string }): Promise<number> {
      const { headers } = await call({ method: 'PUT', path: secretPath(access.place, name), body }, access);
      return Date.parse(headers.get('date') ?? '');
    },
    /** False when it was not there. */
    async delete(access: Access, name: string): Promise<boolean> {
      const answer = await call({ method: 'DELETE', path: secretPath(access.place, name) }, access, true);
      return answer.status !== 404;
    },
  };
}

function repositoryPath({ repo_name }: SecretPlace): string {
  return `/repos/${repo_name.split('/').map(encodeURIComponent).join('/')}`;
}

function secretsPath(place: SecretPlace): string {
  const { environment } = place;
  const below = environment === undefined ? 'actions' : `environments/${encodeURIComponent(environment)}`;
  return `${repositoryPath(place)}/${below}/secrets`;
}

function secretPath(place: SecretPlace, name: string): string {
  return `${secretsPath(place)}/${name}`;
}

function read<S extends z.ZodType>(schema: S, { body, status }: GithubAnswer): z.output<S> {
  const { data, success } = schema.safeParse(body);
  if (success) return data;
  throw new AppError('github_error', `GitHub answered HTTP ${status}, but not what its documentation says.`, {
    hint: 'Check GITHUB_API_URL; if it is right, look at githubstatus.com and repeat the call.',
  });
}
