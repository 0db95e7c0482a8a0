import { Secret } from '../../src/lib/secret.ts';
import type { OpensearchWish } from '../../src/recipes/opensearch.ts';

/** What deploy-opensearch wishes, from what a case's file says of it; `password` asks for TLS. */
export function opensearchWish({ password, ...changes }: Record<string, unknown> = {}): OpensearchWish {
  const login = {
    password: new Secret(String(password)),
    hash: new Secret(`hash of ${password}`),
    salt: '0123456789abcdef',
  };
  return {
    privateIp: '172.26.0.7',
    place: undefined,
    installPassword: new Secret('for-the-package-1A'),
    ...(password === undefined ? {} : { login }),
    ...changes,
  };
}
