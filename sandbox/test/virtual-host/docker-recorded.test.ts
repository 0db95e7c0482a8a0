import { expect, test } from 'vitest';
import recorded from './docker-20.10.json' with { type: 'json' };
import { virtualWorld } from './world.ts';

const world = virtualWorld();

/**
 * docker-20.10.json holds what Debian 12's docker.io 20.10.24 answered to these commands, one after the other, with
 * docker-registry at 127.0.0.1:5977. Standard output and error are compared as one, ids by their length.
 */
test('the virtual engine answers as the recorded one', async () => {
  world.hosts.images.put({
    reference: '127.0.0.1:5977/u/app:1',
    digest: 'sha256:005334c5994b4a12029e979c5890f76523ae9e3672fcfafb325938ed4b880a5d',
    exposedPorts: [8080],
  });
  const host = await world.boot();
  await host.run(['apt-get', 'update'], ['apt-get', '-y', 'install', 'docker.io']);
  const { ends, done } = await host.send({
    mode: 'facts',
    records: recorded.map(({ words }) => ({
      role: 'fact',
      verb: 'run_merged',
      environment: ['S=secret'],
      words: ['docker', ...words],
    })),
  });
  expect(done).toBe('ok');
  const seen = recorded.map(({ words }, at) => ({
    words,
    exit: ends[at]?.exit,
    text: comparable(ends[at]?.output ?? ''),
  }));
  const wanted = recorded.map(({ words, exit, out, err }) => ({ words, exit, text: comparable(out + err) }));
  expect(seen).toEqual(wanted);
});

/** Ids, layers and the seconds that passed differ between any two engines. */
function comparable(text: string): string {
  return text
    .replace(/(?<!@sha256:)\b[0-9a-f]{64}\b/g, 'ID64')
    .replace(/\b[0-9a-f]{12}\b/g, 'ID12')
    .replace(/(Deleted: sha256:ID64\n?)+/g, 'Deleted: sha256:ID64\n')
    .trimEnd();
}
