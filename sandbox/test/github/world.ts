import sodium from 'libsodium-wrappers';
import type { SettingsInput } from '../../src/index.ts';
import { startWorld } from '../world.ts';

export interface GithubAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: callers look into whatever came back
  body: any;
}

/** A sandbox, and calls to its GitHub as clients make them. */
export async function startGithub(settings: SettingsInput = {}) {
  const { sandbox, stop, control } = await startWorld(settings);

  /** Below the repository; `token` null sends none. */
  async function call(
    method: string,
    path: string,
    { body, token = 'ghp_sandbox', repo = 'fountain/story-stack', headers = {} }: CallOptions = {},
  ): Promise<GithubAnswer> {
    const response = await fetch(`${sandbox.url}/github/repos/${repo}${path}`, {
      method,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  }

  /** Seals a value for the key of a folder of secrets, and puts it there. */
  async function put(name: string, value: string, { folder = '/actions/secrets', ...options }: PutOptions = {}) {
    const { key, key_id } = (await call('GET', `${folder}/public-key`)).body;
    return call('PUT', `${folder}/${name}`, { body: { encrypted_value: await seal(value, key), key_id }, ...options });
  }

  return { sandbox, stop, control, call, put };
}

interface CallOptions {
  body?: object | string;
  token?: string | null;
  repo?: string;
  headers?: Record<string, string>;
}

interface PutOptions extends CallOptions {
  folder?: string;
}

export async function seal(value: string, publicKey: string): Promise<string> {
  await sodium.ready;
  const { ORIGINAL } = sodium.base64_variants;
  return sodium.to_base64(sodium.crypto_box_seal(value, sodium.from_base64(publicKey, ORIGINAL)), ORIGINAL);
}
