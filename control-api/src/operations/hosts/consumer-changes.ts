import { AppError } from '../../lib/errors.ts';
import type { Secret } from '../../lib/secret.ts';
import type { AddConsumerBody, RotateKeyBody } from '../../schemas/consumers.ts';
import type { Consumer } from '../../schemas/secrets-file.ts';

/** What a call makes of the consumers: pure. */
export interface ConsumerChange {
  /** All of them, as they shall be. */
  consumers: readonly Consumer[];
  /** The one that it is about; undefined when it shall not be there. */
  consumer: Consumer | undefined;
  /** What is done to it, e.g. `Add the consumer reader`; undefined when it is as it shall be. */
  change?: string;
  /** What a person is told of it afterwards. */
  said: string;
}

/**
 * A consumer with this access and these limits. One that is there keeps its keys, and what the call leaves out.
 * @param apps names of those in the manifests
 * @param key for one that is not there
 * @throws {AppError} invalid_request for an access to an app that is none, or none for somebody new
 */
export function added(
  { username, access: asked, limits: limited }: AddConsumerBody,
  { consumers, apps, key }: { consumers: readonly Consumer[]; apps: readonly string[]; key: Secret },
): ConsumerChange {
  const before = find(consumers, username);
  const access = asked ?? before?.access;
  if (access === undefined) throw withoutAccess(username);
  if (asked) requireApps(asked, apps);
  const limits = limited === undefined ? before?.limits : limited;
  const consumer: Consumer = { username, keys: before?.keys ?? [key], access, ...(limits ? { limits } : {}) };
  const said = `${username} may ${told(access)}${limited === null ? ', without limits of its own' : toldLimits(limits)}`;
  if (before && same(before, consumer)) return { consumers, consumer: before, said };
  return {
    consumers: exchanged(consumers, username, consumer),
    consumer,
    change: before ? `Change what ${username} may do` : `Add the consumer ${username}`,
    said,
  };
}

/**
 * A second key beside the one that is there; or, to end a rotation, the newer one alone.
 * @throws {AppError} consumer_not_found
 */
export function rotated(
  { username, drop_old }: Pick<RotateKeyBody, 'username' | 'drop_old'>,
  { consumers, key }: { consumers: readonly Consumer[]; key: Secret },
): ConsumerChange {
  const before = find(consumers, username);
  if (!before) throw unknownConsumer(username, consumers);
  const [newest] = before.keys.slice(-1) as [Secret];
  const rotating = before.keys.length > 1;
  const both = `${username} has two keys that are let in: give out the newer one, then send "drop_old": true`;
  if (rotating !== drop_old) return { consumers, consumer: before, said: rotating ? both : `${username} has one key` };
  const consumer = { ...before, keys: drop_old ? [newest] : [newest, key] };
  return {
    consumers: exchanged(consumers, username, consumer),
    consumer,
    change: drop_old ? `Drop the old key of ${username}` : `Make a second key for ${username}`,
    said: drop_old ? `Only the newer key of ${username} is let in` : both,
  };
}

/** No such consumer, and so none of its keys. */
export function revoked(username: string, consumers: readonly Consumer[]): ConsumerChange {
  const there = find(consumers, username) !== undefined;
  // A name that was mistyped must not sound as if its key were taken away.
  const said = there
    ? `No key of ${username} is let in`
    : `There is no consumer ${username}, so no key of that name is let in`;
  return {
    consumers: exchanged(consumers, username),
    consumer: undefined,
    ...(there ? { change: `Remove the consumer ${username}` } : {}),
    said,
  };
}

function find(consumers: readonly Consumer[], name: string): Consumer | undefined {
  return consumers.find(({ username }) => username === name);
}

/** In its place, or behind the others. */
function exchanged(consumers: readonly Consumer[], name: string, consumer?: Consumer): Consumer[] {
  const wanted = consumer ? [consumer] : [];
  const at = consumers.findIndex(({ username }) => username === name);
  return at < 0 ? [...consumers, ...wanted] : [...consumers.slice(0, at), ...wanted, ...consumers.slice(at + 1)];
}

function same(a: Consumer, b: Consumer): boolean {
  const shown = ({ access, limits }: Consumer) =>
    JSON.stringify([Object.entries(access).sort(), limits?.minute ?? null, limits?.hour ?? null]);
  return shown(a) === shown(b);
}

function told(access: Consumer['access']): string {
  return Object.entries(access)
    .map(([app, right]) => `${right} ${app === 'all' ? 'everything' : app}`)
    .join(', ');
}

function toldLimits(limits: Consumer['limits'] | null): string {
  const told = [[limits?.minute, 'a minute'] as const, [limits?.hour, 'an hour'] as const].flatMap(([count, period]) =>
    count === undefined ? [] : [`${count} ${count === 1 ? 'request' : 'requests'} ${period}`],
  );
  return told.length === 0 ? '' : `, at most ${told.join(' and ')}`;
}

function requireApps(access: Consumer['access'], apps: readonly string[]): void {
  const known = ['all', ...apps];
  const unknown = Object.keys(access).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new AppError(
    'invalid_request',
    `There is no app ${unknown.join(', ')} in the manifests; those there are: ${apps.join(', ')}.`,
    {
      details: unknown.map((name) => ({ path: `/access/${name}`, message: `is none of ${known.join(', ')}` })),
    },
  );
}

function withoutAccess(username: string): AppError {
  return new AppError('invalid_request', `There is no consumer ${username} yet: say in access what it may do.`, {
    details: [{ path: '/access', message: 'is missing' }],
  });
}

function unknownConsumer(username: string, consumers: readonly Consumer[]): AppError {
  return new AppError('consumer_not_found', `There is no consumer ${username}.`, {
    details: consumers.map((consumer) => ({ path: '/username', message: consumer.username })),
  });
}
