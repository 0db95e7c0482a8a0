import type { CloudRequest } from '../cloud-service.ts';
import type { GithubState, SecretRow, Vault } from './models.ts';
import { admitted, tokenOf } from './tokens.ts';
import { type GithubCall, githubCall } from './urls.ts';
import { findSecret, keyOf, putSealed, vaultOf } from './vaults.ts';

export interface GithubOptions {
  state: GithubState;
  /** Called after each change of the state. */
  changed: () => void;
}

/** An answer before it is on the wire. */
export interface Answer {
  status: number;
  /** Undefined for 204. */
  body?: object;
  headers?: Record<string, string>;
}

type Respond = (vault: Vault, call: GithubCall, request: CloudRequest) => Answer | Promise<Answer>;

export type Github = ReturnType<typeof createGithub>;

/** GitHub without its transport: `answer` throws GithubError. */
export function createGithub({ state, changed }: GithubOptions) {
  const responses: Record<string, Respond> = {
    'GET secrets': ({ secrets }, _, { url }) => list(secrets, url),
    'GET secret': (vault, { secret }) => ({ status: 200, body: shown(findSecret(vault, secret)) }),
    async 'GET public-key'(vault) {
      const { id, publicKey } = await keyOf(vault);
      changed();
      return { status: 200, body: { key_id: id, key: publicKey } };
    },
    async 'PUT secret'(vault, { secret }, { body }) {
      const created = await putSealed(vault, secret, body);
      changed();
      return created ? { status: 201, body: {} } : { status: 204 };
    },
    'DELETE secret'(vault, { secret }) {
      vault.secrets.splice(vault.secrets.indexOf(findSecret(vault, secret)), 1);
      changed();
      return { status: 204 };
    },
  };

  return {
    async answer(request: CloudRequest): Promise<Answer> {
      const call = githubCall(request);
      const repository = admitted(call, tokenOf(request, state), state);
      const respond = responses[call.operation];
      if (respond) return respond(vaultOf(repository, call.environment), call, request);
      const { name, private: hidden } = repository;
      return { status: 200, body: { full_name: name, private: hidden, visibility: hidden ? 'private' : 'public' } };
    },
  };
}

/** Pages are numbered from 1; `Link` names the next and the last one. */
function list(rows: readonly SecretRow[], url: URL): Answer {
  const number = (name: string, otherwise: number) => {
    const asked = Number(url.searchParams.get(name) ?? otherwise);
    return Number.isInteger(asked) && asked > 0 ? asked : otherwise;
  };
  const size = Math.min(100, number('per_page', 30));
  const page = number('page', 1);
  const sorted = rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const secrets = sorted.slice((page - 1) * size, page * size).map(shown);
  const last = Math.ceil(rows.length / size);
  const link = (to: number, rel: string) =>
    `<https://api.github.com${url.pathname.replace('/github', '')}?per_page=${size}&page=${to}>; rel="${rel}"`;
  const headers = page < last ? { link: `${link(page + 1, 'next')}, ${link(last, 'last')}` } : {};
  return { status: 200, body: { total_count: rows.length, secrets }, headers };
}

function shown({ name, createdAt, updatedAt }: SecretRow): object {
  const time = (at: number) => new Date(at * 1000).toISOString().replace('.000Z', 'Z');
  return { name, created_at: time(createdAt), updated_at: time(updatedAt) };
}
