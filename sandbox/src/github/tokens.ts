import type { CloudRequest } from '../cloud-service.ts';
import { badCredentials, mustBeAdmin, notAccessible, notFound, requiresAuthentication } from './errors.ts';
import { type GithubState, type Permission, type RepositoryRow, sameName, type TokenRow } from './models.ts';
import type { GithubCall } from './urls.ts';

/** The token that a request carries. Throws 401 for none and for one that is unknown. */
export function tokenOf({ headers }: CloudRequest, { tokens }: GithubState): TokenRow {
  const [, text] = /^(?:bearer|token) (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (!text) throw requiresAuthentication();
  const token = tokens.find((one) => one.token === text);
  if (!token) throw badCredentials();
  return token;
}

/**
 * The repository that a call names, if the token may see it and do this there. What it may not see is not found; what it
 * sees but may not do is forbidden.
 */
export function admitted(call: GithubCall, token: TokenRow, state: GithubState): RepositoryRow {
  const repository = state.repositories.find(({ name }) => sameName(name, call.repository));
  if (!repository || !sees(token, repository)) throw notFound();
  if (call.operation === 'GET repository') return repository;
  const need: Permission = call.operation.startsWith('GET') ? 'read' : 'write';
  if ('scopes' in token) {
    if (!token.scopes.includes('repo')) throw mustBeAdmin();
    return repository;
  }
  const kind = call.environment === undefined ? 'secrets' : 'environments';
  const has = token.permissions[kind];
  if (!has || (need === 'write' && has === 'read')) throw notAccessible(`${kind}=${need}`);
  return repository;
}

function sees(token: TokenRow, repository: RepositoryRow): boolean {
  if (!repository.private) return true;
  if ('scopes' in token) return token.scopes.includes('repo');
  return token.repositories.some((name) => sameName(name, repository.name));
}

/** Only answers to classic tokens tell scopes. */
export function scopeHeaders(token: TokenRow): Record<string, string> {
  return 'scopes' in token ? { 'x-oauth-scopes': token.scopes.join(', '), 'x-accepted-oauth-scopes': 'repo' } : {};
}
