import { randomBytes } from 'node:crypto';
import type { MachineImage } from './image.ts';

export type Tokens = ReturnType<typeof createTokens>;

/**
 * Who may pull what, as GHCR does it: a token for the repositories asked for, none for those that one may not see. What was
 * pushed is for all.
 */
export function createTokens(images: readonly MachineImage[], pushed: (repository: string) => boolean) {
  const issued = new Map<string, readonly string[]>();

  const open = (repository: string, login: string | undefined) => {
    const own = images.filter((image) => image.repository === repository);
    if (own.length === 0) return pushed(repository);
    return own.every(({ credentials }) => !credentials || nameAndToken(credentials) === login);
  };

  return {
    /**
     * A token for `scopes` (`repository:NAME:pull`). `authorization` is the header of a Basic login. Undefined when the
     * login is nobody's or a repository is not there or not theirs; GHCR tells these apart as little.
     */
    issue(authorization: string | undefined, scopes: readonly string[]): string | undefined {
      const login = authorization && Buffer.from(authorization.replace(/^Basic /i, ''), 'base64').toString();
      const known = images.some(({ credentials }) => credentials && nameAndToken(credentials) === login);
      if (login && !known) return undefined;
      const repositories = scopes.map((scope) => scope.split(':')[1] ?? '');
      if (!repositories.every((repository) => open(repository, login))) return undefined;
      const token = randomBytes(24).toString('hex');
      issued.set(token, repositories);
      return token;
    },
    /** Whether the header of a request carries a token that was issued, and whether it is for `repository`, if one is named. */
    check(authorization: string | undefined, repository: string | undefined): 'ok' | 'no_token' | 'denied' {
      const repositories = issued.get(authorization?.replace(/^Bearer /i, '') ?? '');
      if (!repositories) return 'no_token';
      return repository === undefined || repositories.includes(repository) ? 'ok' : 'denied';
    },
  };
}

const nameAndToken = ({ username, token }: { username: string; token: string }) => `${username}:${token}`;
