import { AppError } from '../../../lib/errors.ts';
import type { Entity } from '../../../schemas/kong-extensions.ts';
import type { StackApp } from '../../../schemas/manifest.ts';
import type { Consumer } from '../../../schemas/secrets-file.ts';
import { rateLimiting } from './plugins.ts';
import { groupOf } from './routes.ts';

/**
 * Consumers with their keys, groups and limits, sorted by name. An app's own entry in `access` goes before `all`.
 * @throws {AppError} secrets_file_unusable for access to an app that there is not
 */
export function consumerEntities(consumers: readonly Consumer[], apps: readonly StackApp[]): Entity[] {
  return [...consumers]
    .sort((a, b) => (a.username < b.username ? -1 : 1))
    .map(({ username, keys, access, limits }) => {
      requireKnown(username, access, apps);
      const groups = apps.flatMap(({ name, kong }) => {
        const kind = Object.hasOwn(access, name) ? access[name] : access.all;
        return kind === undefined ? [] : [{ group: groupOf(kong, kind) }];
      });
      return {
        username,
        keyauth_credentials: keys.map((key) => ({ key: key.reveal() })),
        acls: groups,
        ...(limits === undefined ? {} : { plugins: [rateLimiting(limits)] }),
      };
    });
}

function requireKnown(username: string, access: Consumer['access'], apps: readonly StackApp[]): void {
  const names = apps.map(({ name }) => name);
  const unknown = Object.keys(access).find((name) => name !== 'all' && !names.includes(name));
  if (unknown === undefined) return;
  throw new AppError('secrets_file_unusable', `The consumer ${username} has access to ${unknown}, which is no app.`, {
    hint: `Name some of ${names.join(', ')}, or all.`,
  });
}
