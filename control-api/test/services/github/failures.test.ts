import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/lib/secret.ts';
import { notFound, type Refused, refusal } from '../../../src/services/github/failures.ts';

const place = { repo_name: 'fountain/stack' };

function refused(status: number, message: unknown, headers: Record<string, string> = {}, more = {}): Refused {
  return {
    call: { method: 'PUT', path: '/repos/fountain/stack/actions/secrets/A' },
    answer: { status, headers: new Headers({ 'x-github-request-id': 'F00:1', ...headers }), body: { message } },
    place,
    token: new Secret('ghp_canary'),
    ...more,
  };
}

describe('a refusal', () => {
  test.each<[what: string, refused: Refused, code: string, message: RegExp, hint: RegExp]>([
    ['an unknown token', refused(401, 'Bad credentials'), 'github_forbidden', /does not know/, /expired|revoked/],
    [
      'a classic token without scope',
      refused(403, 'Must have admin rights to Repository.', { 'x-oauth-scopes': '' }),
      'github_forbidden',
      /Must have admin rights.*no scope/,
      /scope repo.*"Secrets: write",/,
    ],
    [
      'a classic token of other scopes',
      refused(403, 'Must have admin rights to Repository.', { 'x-oauth-scopes': 'gist, read:org' }),
      'github_forbidden',
      /the scopes gist, read:org/,
      /scope repo/,
    ],
    [
      'a fine-grained token, for an environment',
      refused(403, 'Resource not accessible by personal access token', {}, { place: { ...place, environment: 'p' } }),
      'github_forbidden',
      /not accessible by personal access token\.$/,
      /"Environments: write"/,
    ],
    [
      'the limit of an hour',
      refused(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1795255200' }),
      'github_forbidden',
      /has spent its calls/,
      /after 2026-11-21T10:00:00\.000Z/,
    ],
    [
      'the limit of a burst',
      refused(429, 'You have exceeded a secondary rate limit', { 'retry-after': '60' }),
      'github_forbidden',
      /has spent its calls/,
      /in 60 s/,
    ],
    [
      'a limit without a time',
      refused(403, 'You have exceeded a secondary rate limit'),
      'github_forbidden',
      /has spent/,
      /in a few minutes/,
    ],
    ['anything else', refused(422, 'Validation\n\nFailed'), 'github_error', /HTTP 422: Validation Failed/, /repeat/],
    ['no words', refused(502, undefined), 'github_error', /HTTP 502: no message/, /repeat/],
  ])('%s', (_, given, code, message, hint) => {
    const error = refusal(given);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
    expect(error.details?.[0]).toMatchObject({ http_status: given.answer.status, request_id: 'F00:1' });
  });

  test('never repeats the token', () => {
    const error = refusal(refused(400, 'what is ghp_canary?'));
    expect(JSON.stringify([error.message, error.details])).not.toContain('ghp_canary');
  });
});

describe('a 404', () => {
  const environment = { place: { ...place, environment: 'production' } };

  test('says both that there may be none and that it may be hidden', () => {
    const error = notFound(refused(404, 'Not Found', { 'x-oauth-scopes': '' }), false);
    expect(error.code).toBe('repository_not_found');
    expect(error.message).toMatch(/no repository fountain\/stack, or the token may not see it.*no scope/);
    expect(notFound(refused(404, 'Not Found', {}, environment), false).message).toContain('no repository');
  });

  test('names the environment when the repository is there', () => {
    const error = notFound(refused(404, 'Not Found', {}, environment), true);
    expect(error).toMatchObject({ code: 'repository_not_found', hint: expect.stringContaining('Environments') });
    expect(error.message).toContain('no environment production in fountain/stack');
  });
});
