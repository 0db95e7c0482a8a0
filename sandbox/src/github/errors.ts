/** An error of GitHub as its wire carries it. */
export class GithubError extends Error {
  override readonly name = 'GithubError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

export const badCredentials = () => new GithubError(401, 'Bad credentials');

export const requiresAuthentication = () => new GithubError(401, 'Requires authentication');

export const notFound = () => new GithubError(404, 'Not Found');

/** To a classic token; also for those who are no admins at all. */
export const mustBeAdmin = () => new GithubError(403, 'Must have admin rights to Repository.');

/** To a fine-grained token; the header names what would do, such as `secrets=write`. */
export const notAccessible = (accepted: string) =>
  new GithubError(403, 'Resource not accessible by personal access token', {
    'x-accepted-github-permissions': accepted,
  });

/** The primary limit, which an hour resets. */
export const rateLimited = () =>
  new GithubError(403, 'API rate limit exceeded for user ID 583231.', {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-used': '5000',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 1800),
  });

export const serverError = () => new GithubError(502, 'Server Error');

export const noUserAgent = () =>
  new GithubError(
    403,
    'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
  );

/** Text ours. */
export const unknownVersion = (version: string) => new GithubError(400, `API version ${version} is not supported.`);

export const noJson = () => new GithubError(400, 'Problems parsing JSON');

export const invalidRequest = (problem: string) => new GithubError(422, `Invalid request.\n\n${problem}`);

export const improperlyEncrypted = () =>
  new GithubError(422, 'Bad request - validation failed due to an improperly encrypted secret');

/** Text ours. */
export const tooLarge = () => new GithubError(422, 'Secret value is too large: at most 48 KB.');

export const invalidName = () =>
  new GithubError(
    422,
    'Secret names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).',
  );

export const reservedName = () => new GithubError(422, 'Secret names must not start with GITHUB_.');
