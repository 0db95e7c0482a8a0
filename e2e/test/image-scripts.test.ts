import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const run = (script: string, ...words: string[]) =>
  spawnSync('bash', [`scripts/${script}`, ...words], { cwd: root, encoding: 'utf8' });

// What they do is seen by e2e/machines/images.test.ts.
test.each([
  ['no registry', [], 'REGISTRY is missing'],
  ['an image where the registry belongs', ['story-factory-api'], 'story-factory-api is no registry'],
  ['an option', ['--help'], '--help is no registry'],
  ['capitals, which no registry takes', ['ghcr.io/OWNER'], 'ghcr.io/OWNER is no registry: ghcr.io/user, in lower case'],
  ['a slash at the end', ['ghcr.io/user/'], 'ghcr.io/user/ is no registry'],
  ['more than a word', ['ghcr.io/us er'], 'ghcr.io/us er is no registry'],
  ['an image that there is not', ['-', 'story-factory'], 'story-factory: no such image; there are: central-'],
])('build-images.sh refuses %s before it builds anything', (_what, words, why) => {
  const { status, stdout, stderr } = run('build-images.sh', ...words);
  expect(stderr).toContain(why);
  expect(stderr).toContain('usage: scripts/build-images.sh REGISTRY|- [IMAGE...]');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});

test.each([[], ['no-such-image'], ['.*']])('image-context.sh refuses %j, and names what there is', (...words) => {
  const { status, stderr } = run('image-context.sh', ...words.flat());
  expect(stderr).toMatch(/no such image; there are: central-sequence-service .* fountainai-control\n$/);
  expect(status).toBe(2);
});

test.each([
  ['no name', ['an/image:1'], 'IMAGE or NAME is missing'],
  [
    'a name that there is not',
    ['an/image:1', 'story-factory'],
    'story-factory is no name of an image; there are: central-',
  ],
])('test-image.sh refuses %s', (_what, words, why) => {
  const { status, stderr } = run('test-image.sh', ...words);
  expect(stderr).toContain(why);
  expect(stderr).toContain('usage: scripts/test-image.sh IMAGE NAME');
  expect(status).toBe(2);
});
