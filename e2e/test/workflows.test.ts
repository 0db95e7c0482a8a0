import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  concurrency?: { 'cancel-in-progress'?: unknown };
  jobs: Record<string, { permissions?: Record<string, string>; 'timeout-minutes'?: number; steps: Step[] }>;
}

const folder = new URL('../../.github/workflows/', import.meta.url);
const files = readdirSync(folder);
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');

test('there are workflows', () => {
  expect(files).toContain('machines.yml');
});

test.each(files)('%s grants nothing but what a job asks for, ends in time, and stale runs are cancelled', (file) => {
  const { permissions, concurrency, jobs } = parse(read(file)) as Workflow;
  expect(permissions).toEqual({});
  expect(concurrency).toHaveProperty('cancel-in-progress');
  for (const job of Object.values(jobs)) {
    expect(job.permissions).toBeTypeOf('object');
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

test.each(files)('%s puts no expression into a shell, and no long script', (file) => {
  const steps = Object.values((parse(read(file)) as Workflow).jobs).flatMap((job) => job.steps);
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
