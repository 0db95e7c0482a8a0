import { AppError, type Detail } from '../../lib/errors.ts';
import { redactor, type Secret } from '../../lib/secret.ts';
import type { SecretPlace } from '../../schemas/github.ts';
import type { GithubAnswer, GithubCall } from './client.ts';

/** A call, and what is needed to tell why it was refused. */
export interface Refused {
  call: GithubCall;
  answer: GithubAnswer;
  place: SecretPlace;
  token: Secret;
}

/**
 * Any answer but a 404 that is no success, in our codes: github_forbidden for a token that is unknown, may not do this or
 * has spent its calls; github_error with GitHub's own words for the rest.
 */
export function refusal(refused: Refused): AppError {
  const { call, answer, place } = refused;
  const words = wordsOf(refused);
  const message = `${call.method} ${call.path}: HTTP ${answer.status}: ${words}`;
  const details = [detailOf(refused, words)];
  const { status } = answer;
  if (status === 401) {
    return new AppError('github_forbidden', `GitHub does not know the token. ${message}`, {
      hint: unknownHint,
      details,
    });
  }
  if (isRateLimited(answer, words)) {
    const hint = `GitHub takes only so many calls from a token: repeat this one ${resetOf(answer)}.`;
    return new AppError('github_forbidden', `The token has spent its calls. ${message}`, { hint, details });
  }
  if (status === 403) {
    return new AppError('github_forbidden', `${message}. ${scopesOf(answer)}`.trim(), { hint: needed(place), details });
  }
  return new AppError('github_error', message, { details });
}

/** For a 404: GitHub does not say what is missing, so `repositoryThere` tells whether the token sees the repository. */
export function notFound(refused: Refused, repositoryThere: boolean): AppError {
  const { repo_name, environment } = refused.place;
  const details = [detailOf(refused, wordsOf(refused))];
  if (repositoryThere && environment !== undefined) {
    const hint = `Make it: github.com/${repo_name}, Settings, Environments; or leave out "environment".`;
    const message = `There is no environment ${environment} in ${repo_name}, or the token may not see it.`;
    return new AppError('repository_not_found', message, { hint, details });
  }
  const message = `There is no repository ${repo_name}, or the token may not see it: GitHub answers 404 for both.`;
  return new AppError('repository_not_found', `${message} ${scopesOf(refused.answer)}`.trim(), {
    hint: `Check owner and name. ${needed(refused.place)}`,
    details,
  });
}

const unknownHint =
  'It is mistyped, has expired or was revoked: make a new one at github.com, Settings, Developer settings.';

function needed({ environment }: SecretPlace): string {
  const permissions = environment === undefined ? '"Secrets: write"' : '"Secrets: write" and "Environments: write"';
  return `Use a classic token with scope repo, or a fine-grained one of this repository with ${permissions}, of somebody who may write to it.`;
}

/** Only answers to classic tokens tell scopes. */
function scopesOf({ headers }: GithubAnswer): string {
  const scopes = headers.get('x-oauth-scopes');
  return scopes === null ? '' : `The token has ${scopes ? `the scopes ${scopes}` : 'no scope'}.`;
}

/** Of a minute or an hour (primary limit), or of a burst (secondary limit); GitHub uses 403 and 429 for both. */
function isRateLimited({ status, headers }: GithubAnswer, words: string): boolean {
  if (status === 429) return true;
  const spent = headers.get('x-ratelimit-remaining') === '0' || headers.has('retry-after');
  return status === 403 && (spent || /rate limit/i.test(words));
}

function resetOf({ headers }: GithubAnswer): string {
  const [after, reset] = [headers.get('retry-after'), headers.get('x-ratelimit-reset')];
  if (after && /^\d+$/.test(after)) return `in ${after} s`;
  if (reset && /^\d{1,11}$/.test(reset)) return `after ${new Date(Number(reset) * 1000).toISOString()}`;
  return 'in a few minutes';
}

function wordsOf({ answer: { body }, token }: Refused): string {
  const { message } = (body ?? {}) as { message?: unknown };
  return typeof message === 'string' ? redactor([token])(message).replace(/\s+/g, ' ').slice(0, 500) : 'no message';
}

function detailOf({ call, answer: { status, headers } }: Refused, words: string): Detail {
  const request_id = headers.get('x-github-request-id');
  return {
    message: words,
    call: `${call.method} ${call.path}`,
    http_status: status,
    ...(request_id === null ? {} : { request_id }),
  };
}
