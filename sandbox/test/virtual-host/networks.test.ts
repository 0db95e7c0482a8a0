import { expect, test } from 'vitest';
import { namesFor } from '../../src/virtual-host/docker/networks.ts';
import type { Container } from '../../src/virtual-host/docker/state.ts';

/** Newest first, as an engine has them. */
const make = (name: string, more: Partial<Container> = {}) =>
  ({ id: name.padEnd(64, '0'), name, network: 'usual', aliases: [], connections: [], ...more }) as unknown as Container;
const addressOf = ({ name, status }: Container) => (status === 'exited' ? undefined : `address of ${name}`);
const other = [{ network: 'other', aliases: ['app'] }];

test('a name is looked for on a container’s first network first, then on the others; the newest has a shared one', () => {
  const peer = make('peer', { connections: [{ network: 'other', aliases: [] }] });
  const find = (...all: Container[]) => namesFor(peer, [...all, peer], addressOf).app;
  const old = make('app', { connections: other });
  const next = make('next', { connections: other });
  expect(find(next, old)).toBe('address of app');
  expect(find(next, { ...old, name: 'old' })).toBe('address of next');
  expect(find({ ...next, status: 'exited' }, { ...old, name: 'old' })).toBe('address of old');
  expect(find({ ...next, name: 'app' }, { ...old, name: 'old' })).toBe('address of app');
});

test('a container that is not on a network does not know its names, and nobody finds others on the engine’s own', () => {
  const alone = make('alone');
  expect(namesFor(alone, [make('next', { connections: other }), alone], addressOf)).not.toHaveProperty('app');
  const bridged = make('bridged', { network: 'bridge' });
  expect(namesFor(bridged, [make('app', { network: 'bridge' }), bridged], addressOf)).toEqual({});
});
