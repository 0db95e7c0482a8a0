import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const services = globSync('app-services/*/src/server.ts', { cwd: root })
  .map((file) => file.split('/')[1] ?? '')
  .sort();
const all = [...services, 'fountainai-control'];

/** A repository of its own, with one folder for each service. */
const folder = mkdtempSync(join(tmpdir(), 'changed-images-'));
const identity = ['-c', 'user.name=test', '-c', 'user.email=test@localhost', '-c', 'commit.gpgsign=false'];
const git = (...words: string[]) =>
  execFileSync('git', [...identity, ...words], { cwd: folder, encoding: 'utf8' }).trim();

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', 'a change');
}

const headCommit = () => git('rev-parse', 'HEAD');

const changed = (...words: string[]): unknown =>
  JSON.parse(execFileSync('bash', ['scripts/changed-images.sh', ...words], { cwd: folder, encoding: 'utf8' }));

let first = '';

beforeAll(() => {
  git('init', '--quiet');
  for (const service of services) write(`app-services/${service}/src/server.ts`, '');
  for (const script of ['scripts/changed-images.sh', 'scripts/image-names.sh'])
    cpSync(join(root, script), join(folder, script));
  commit();
  first = headCommit();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('there are six images', () => {
  expect(all).toHaveLength(6);
});

/** Files and the images that they are in. */
const cases: [path: string, images: readonly string[]][] = [
  ['app-services/story-factory-api/src/music.ts', ['story-factory-api']],
  ['app-services/story-factory-api/package.json', ['story-factory-api']],
  ['app-services/story-factory-api/openapi.yaml', ['story-factory-api', 'fountainai-control']],
  ['app-services/story-factory-api/test/music.test.ts', []],
  ['app-services/test-flows/test/flow.test.ts', []],
  ['app-services/service-kit/src/service.ts', all],
  ['app-services/service-kit/testing/calls.ts', []],
  ['app-services/Dockerfile', all],
  ['app-services/bundle.ts', all],
  ['Dockerfile', all],
  ['.dockerignore', all],
  ['package.json', all],
  ['package-lock.json', all],
  ['scripts/build-images.sh', all],
  ['tools/bundle.ts', all],
  ['tools/codegen/generate.ts', []],
  ['.github/workflows/images.yml', all],
  ['.github/workflows/ci.yml', []],
  ['.github/dependabot.yml', []],
  ['a-folder-nobody-knows/file', all],
  ['control-api/src/app.ts', ['fountainai-control']],
  ['control-api/test/app.test.ts', []],
  ['deploy-manifests/apps/story-factory-api.yaml', ['fountainai-control']],
  ['deploy-manifests/timing.json', all],
  ['README.md', []],
  ['docs/images.md', []],
  ['e2e/test/a.test.ts', []],
  ['sandbox/src/server.ts', []],
];

test.each(cases)('%s is in %j', (path, images) => {
  write(path, 'changed');
  commit();
  expect(changed('HEAD~1')).toEqual(all.filter((image) => images.includes(image)));
});

test('changes of several commits count together, and one that was taken back not at all', () => {
  write('app-services/story-factory-api/src/a.ts', '');
  commit();
  write('app-services/core-script-management-api/src/a.ts', '');
  commit();
  expect(changed('HEAD~2', 'HEAD')).toEqual(['core-script-management-api', 'story-factory-api']);
  git('revert', '--no-edit', 'HEAD');
  expect(changed('HEAD~3', 'HEAD')).toEqual(['story-factory-api']);
});

test('a file that moves from one service to another changes both', () => {
  write('app-services/story-factory-api/src/moves.ts', 'the same in both places\n'.repeat(20));
  commit();
  git('mv', 'app-services/story-factory-api/src/moves.ts', 'app-services/core-script-management-api/src/moves.ts');
  commit();
  expect(changed('HEAD~1')).toEqual(['core-script-management-api', 'story-factory-api']);
});

test('a service that was taken away is not built', () => {
  write('app-services/a-sixth-service/src/server.ts', '');
  commit();
  expect(changed('')).toContain('a-sixth-service');
  git('rm', '-r', '--quiet', 'app-services/a-sixth-service');
  commit();
  expect(changed('HEAD~1')).toEqual([]);
});

test.each([[''], ['0'.repeat(40)], ['f'.repeat(40)], ['null'], ['--help']])(
  'all are built when the base is "%s"',
  (base) => {
    expect(changed(base, 'HEAD')).toEqual(all);
  },
);

test('all are built without a base, none when nothing changed', () => {
  expect(changed()).toEqual(all);
  expect(changed(first, first)).toEqual([]);
});

test('it is the repository of the script that counts, not the folder that somebody is in', () => {
  const asked = [join(folder, 'scripts/changed-images.sh'), first, first];
  expect(execFileSync('bash', asked, { cwd: tmpdir(), encoding: 'utf8' })).toBe('[]\n');
});

test('a base that nobody knows is told', () => {
  const asked = spawnSync('bash', ['scripts/changed-images.sh', 'v9.9.9'], { cwd: folder, encoding: 'utf8' });
  expect(asked.stderr).toBe('v9.9.9 is no commit here: all images\n');
});
