import { randomUUID } from 'node:crypto';
import type { CloudReply, CloudRequest, CloudService } from '../cloud-service.ts';
import { GithubError, mustBeAdmin, noUserAgent, rateLimited, serverError, unknownVersion } from './errors.ts';
import { firstGithubState, type GithubState } from './models.ts';
import type { Github } from './responses.ts';
import { scopeHeaders, tokenOf } from './tokens.ts';
import { githubCall, isGithub } from './urls.ts';

const versions = ['2022-11-28', '2026-03-10'];

/** GitHub as it is spoken to: REST with JSON. */
export function githubService(github: Github, state: GithubState): CloudService {
  return {
    matches: isGithub,
    operation: (request) => githubCall(request).operation,
    async answer(request) {
      refuseStrangers(request);
      // Refusals tell a known token's scopes too.
      const scopes = scopeHeaders(tokenOf(request, state));
      try {
        const { status, body, headers } = await github.answer(request);
        return reply(status, body, { ...scopes, ...headers });
      } catch (error) {
        if (error instanceof GithubError) return refusal(error, scopes);
        throw error;
      }
    },
    failure(error) {
      const known = error instanceof GithubError ? error : new GithubError(500, 'Server Error');
      if (known !== error) process.emitWarning(error as Error);
      return refusal(known);
    },
    played: (fault) => ({ throttled: rateLimited, service_error: serverError, access_denied: mustBeAdmin })[fault](),
    clear: async () => void Object.assign(state, firstGithubState()),
  };
}

function refuseStrangers({ headers }: CloudRequest): void {
  if (!headers['user-agent']) throw noUserAgent();
  const version = String(headers['x-github-api-version'] ?? versions[0]);
  if (!versions.includes(version)) throw unknownVersion(version);
}

function refusal({ status, message, headers }: GithubError, more: Record<string, string> = {}): CloudReply {
  const body = { message, documentation_url: 'https://docs.github.com/rest/actions/secrets', status: String(status) };
  return reply(status, body, { ...more, ...headers });
}

function reply(status: number, body: object | undefined, headers: Record<string, string>): CloudReply {
  return {
    status,
    headers: {
      ...(body ? { 'content-type': 'application/json; charset=utf-8' } : {}),
      'x-github-request-id': randomUUID().toUpperCase(),
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '4999',
      'x-ratelimit-used': '1',
      'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
      'x-ratelimit-resource': 'core',
      ...headers,
    },
    body: body ? JSON.stringify(body) : '',
  };
}
