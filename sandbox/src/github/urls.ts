import type { CloudRequest } from '../cloud-service.ts';
import { notFound } from './errors.ts';

const prefix = '/github/';
const place = 'repos/([^/]+/[^/]+)/(?:actions|environments/([^/]+))/secrets';

/** Of two, the first that fits: `public-key` is no name of a secret. */
const operations: readonly [operation: string, method: string, path: RegExp][] = [
  ['GET repository', 'GET', /^repos\/([^/]+\/[^/]+)$/],
  ['GET secrets', 'GET', new RegExp(`^${place}$`)],
  ['GET public-key', 'GET', new RegExp(`^${place}/public-key$`)],
  ['GET secret', 'GET', new RegExp(`^${place}/([^/]+)$`)],
  ['PUT secret', 'PUT', new RegExp(`^${place}/([^/]+)$`)],
  ['DELETE secret', 'DELETE', new RegExp(`^${place}/([^/]+)$`)],
];

export interface GithubCall {
  /** Of `operations`; counted and hit by faults under this name. */
  operation: string;
  /** `owner/name`. */
  repository: string;
  /** Undefined for the repository itself. */
  environment: string | undefined;
  /** Of the secret that the path names; else empty. */
  secret: string;
}

/** Whether a request is for GitHub: its base URL here is `<sandbox>/github`. */
export function isGithub({ url }: CloudRequest): boolean {
  return url.pathname.startsWith(prefix);
}

/** Reads a request's operation off method and path. Throws Not Found for what is no path here, as GitHub does. */
export function githubCall({ method, url }: CloudRequest): GithubCall {
  const path = url.pathname.slice(prefix.length);
  for (const [operation, wanted, pattern] of operations) {
    const match = method === wanted ? pattern.exec(path) : null;
    if (!match) continue;
    const [, repository = '', environment, secret = ''] = match.map((part) => part && decodeURIComponent(part));
    return { operation, repository, environment, secret };
  }
  throw notFound();
}
