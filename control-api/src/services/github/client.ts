import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { Secret } from '../../lib/secret.ts';

export interface GithubCall {
  method: 'GET' | 'PUT' | 'DELETE';
  /** Behind the address of the API, beginning with a slash, its parts encoded. */
  path: string;
  body?: object;
}

export interface GithubAnswer {
  status: number;
  headers: Headers;
  /** Undefined when it is not JSON. */
  body: unknown;
}

/**
 * Makes one call and gives the answer, whatever its status.
 * @throws {AppError} github_unreachable when none came
 */
export type AskGithub = (call: GithubCall, token: Secret) => Promise<GithubAnswer>;

interface Options {
  baseUrl: string;
  /** GitHub refuses calls that do not name their program. */
  userAgent: string;
  clock: Clock;
}

/** The default of github.com in 2026, supported until 2028 at least; Enterprise Servers know it too. */
const apiVersion = '2022-11-28';

/** Milliseconds that one request and its answer may take. */
const requestTimeoutMs = 10_000;

/** Every call made here can be repeated without harm: milliseconds before each further try. */
const retryWaitsMs = [250, 1000];

/** Tries three times when no answer comes or GitHub itself fails (5xx). Redirects of renamed repositories are followed. */
export function createGithubClient({ baseUrl, userAgent, clock }: Options): AskGithub {
  async function once({ method, path, body }: GithubCall, token: Secret): Promise<GithubAnswer> {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token.reveal()}`,
        'user-agent': userAgent,
        'x-github-api-version': apiVersion,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    return { status: response.status, headers: response.headers, body: parsed(await response.text()) };
  }

  return async (call, token) => {
    for (const waitMs of retryWaitsMs) {
      const answer = await once(call, token).catch(() => undefined);
      if (answer && answer.status < 500) return answer;
      await clock.sleep(waitMs);
    }
    return once(call, token).catch((error) => {
      throw unreachable(error, call);
    });
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names what Node saw, such as ECONNREFUSED, but not its error: that may carry the request. */
function unreachable(error: unknown, { method, path }: GithubCall): AppError {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  const seen = name === 'TimeoutError' ? 'none within the time limit' : (cause?.code ?? cause?.message ?? message);
  return new AppError('github_unreachable', `${method} ${path}: no answer from GitHub, tried three times: ${seen}.`);
}
