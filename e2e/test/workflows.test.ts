import { accessSync, constants, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { expression, readWorkflow, workflowFiles, workflowText } from '../workflows.ts';

// What actionlint says of them is asked by .ci/run and ci.yml: it is a program of its own.

const stepsIn = (file: string) => Object.values(readWorkflow(file).jobs).flatMap(({ steps }) => steps);

test('there are workflows', () => {
  expect(workflowFiles).toEqual(['ci.yml', 'images.yml', 'machines.yml']);
});

/** Of the jobs that need more than to read the repository. */
const rights: Record<string, Record<string, string>> = {
  'images.yml changes': { contents: 'read', actions: 'read' },
  'images.yml push': { contents: 'read', packages: 'write', attestations: 'write', 'id-token': 'write' },
};

test.each(workflowFiles)('%s grants nothing but what a job asks for, and each ends in time', (file) => {
  const { permissions, jobs } = readWorkflow(file);
  expect(permissions).toEqual({});
  for (const [name, job] of Object.entries(jobs)) {
    expect(job.permissions, name).toEqual(rights[`${file} ${name}`] ?? { contents: 'read' });
    expect(job['timeout-minutes'], name).toBeGreaterThan(0);
  }
});

test.each(workflowFiles)('%s cancels its stale runs, those of the same branch alone', (file) => {
  const { name, concurrency } = readWorkflow(file);
  // A build of all, by hand, is no stale one of a push that builds some.
  const byHand = file === 'images.yml' ? `-${expression("github.event_name == 'workflow_dispatch'")}` : '';
  const group = `${name}-${expression('github.ref')}${byHand}`;
  expect(concurrency).toEqual({ group, 'cancel-in-progress': true });
});

test.each(workflowFiles)(
  '%s pins each action by its commit, with the version beside it, and keeps no credentials',
  (file) => {
    const text = workflowText(file);
    for (const { uses, with: inputs } of stepsIn(file)) {
      if (uses === undefined) continue;
      expect(uses).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/);
      expect(text).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+`));
      if (uses.startsWith('actions/checkout@')) expect(inputs).toMatchObject({ 'persist-credentials': false });
    }
  },
);

test.each(workflowFiles)('%s puts no expression into a shell, and no long script', (file) => {
  const scripts = stepsIn(file).flatMap(({ run }) => run ?? []);
  expect(scripts).not.toEqual([]);
  for (const script of scripts) {
    expect(script).not.toContain('${{');
    expect(script.trim().split('\n').length).toBeLessThanOrEqual(3);
  }
});

/** The steps that not every run of their job comes to, or that follow one which failed. */
const sometimes = [
  ['ci.yml', expression('!cancelled()')],
  ['ci.yml', expression('!cancelled()')],
  ['ci.yml', expression('failure()')],
  ['images.yml', "github.event_name == 'push' && github.ref == 'refs/heads/main'"],
  ['images.yml', expression('!github.event.repository.private')],
  ['images.yml', expression('!github.event.repository.private')],
];

test('no step may fail unnoticed, and none is left out but those that say when', () => {
  const found = workflowFiles.flatMap((file) => stepsIn(file).flatMap((step) => (step.if ? [[file, step.if]] : [])));
  expect(found).toEqual(sometimes);
  for (const file of workflowFiles) {
    expect(workflowText(file)).not.toContain('continue-on-error');
    // GitHub's own choice, `bash -e`, goes on when a script fails before a pipe: an image of any size would be pushed.
    expect(readWorkflow(file).defaults).toEqual({ run: { shell: 'bash' } });
    for (const step of stepsIn(file)) {
      expect(step).not.toHaveProperty('shell');
      expect(step.run ?? '').not.toMatch(/\|\||set \+|;\s*true|&\s*$/);
    }
  }
});

test('machines.yml is started by hand only, runs with the vendors’ packages too, and says that it is unproven', () => {
  const { on, jobs } = readWorkflow('machines.yml');
  expect(Object.keys(on)).toEqual(['workflow_dispatch']);
  expect(jobs.machines).toMatchObject({ strategy: { matrix: { packages: ['stand-ins', 'vendors'] } } });
  expect(workflowText('machines.yml')).toMatch(/^#.*Unproven until it has run/m);
});

test('ci.yml checks, tests on both databases, plays the demo, brings Compose up, keeps the coverage, asks for vulnerabilities', () => {
  const { on, jobs } = readWorkflow('ci.yml');
  expect(on).toEqual({ push: { branches: ['main'] }, pull_request: null });
  const steps = stepsIn('ci.yml');
  const commands = steps.flatMap(({ run }) => run ?? []);
  for (const command of ['lint', 'types', 'unused', 'test:long', 'demo -- --once', 'bundle'])
    expect(commands).toContain(`npm run ${command}`);
  for (const command of ['npm test -- --coverage', 'scripts/lint-shell.sh', 'npm audit --omit=dev --audit-level=high'])
    expect(commands).toContain(command);
  expect(steps).toContainEqual({ run: 'go tool actionlint', 'working-directory': 'tools/actionlint' });
  expect(jobs.postgres?.steps).toContainEqual({
    run: 'npm test -- --project app-services',
    env: { TEST_DATABASE: 'postgres' },
  });
  expect(jobs.compose?.steps.map(({ run }) => run)).toContain('docker compose up --build --wait --wait-timeout 180');
  expect(steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'))?.with).toMatchObject({
    path: 'coverage/',
  });
});

test('what workflows run is there', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const runs = workflowFiles.flatMap(stepsIn).flatMap(({ run }) => run ?? []);
  const files = new Set(runs.flatMap((run) => run.match(/\b(scripts|tools)\/[\w.-]+/g) ?? []));
  expect(files.size).toBeGreaterThan(5);
  for (const file of files)
    accessSync(new URL(`../../${file}`, import.meta.url), file.endsWith('.sh') ? constants.X_OK : constants.R_OK);
  const npm = new Set(runs.flatMap((run) => run.match(/(?<=\bnpm run )[\w:]+/g) ?? []));
  expect(npm.size).toBeGreaterThan(5);
  for (const script of npm) expect(scripts).toHaveProperty([script]);
});

test('an update bot looks after npm, the actions and the tools in Go, each week', () => {
  const text = readFileSync(new URL('../../.github/dependabot.yml', import.meta.url), 'utf8');
  const { version, updates } = parse(text);
  expect(version).toBe(2);
  expect(updates).toMatchObject([
    { 'package-ecosystem': 'npm', directory: '/', schedule: { interval: 'weekly' } },
    { 'package-ecosystem': 'github-actions', directory: '/', schedule: { interval: 'weekly' } },
    {
      'package-ecosystem': 'gomod',
      directories: ['/tools/actionlint', '/tools/compose', '/tools/openapi2kong'],
      schedule: { interval: 'weekly' },
    },
  ]);
});
