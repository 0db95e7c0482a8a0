import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect } from 'vitest';
import { stepsOf } from '../../src/lib/command.ts';
import { Secret } from '../../src/lib/secret.ts';
import type { HostPlanner, HostWork } from '../../src/operations/hosts/host-plan.ts';
import type { HostTarget } from '../../src/operations/hosts/host-target.ts';
import type { Plan } from '../../src/operations/operation.ts';
import { type Course, callsOfProbes, callsOfSteps, plain } from './expected-calls.ts';
import type { Playground } from './in-bash.ts';
import { below, type Call, callsSeen, expectCalls, stepBelow } from './scripted-programs.ts';

export const target: HostTarget = {
  key: 'a host',
  label: 'a host',
  address: '203.0.113.7',
  port: 22,
  username: 'admin',
  privateKey: new Secret('key'),
  hostKeys: [],
  privateIp: '172.26.0.5',
};

/** What an operation asks of its host: the planner is told, and nothing is run. */
export async function workFor(plan: (planner: HostPlanner) => Promise<Plan>): Promise<HostWork> {
  const told = Promise.withResolvers<HostWork>();
  const planner: HostPlanner = {
    async plan(_host, _context, work) {
      told.resolve(work);
      return {} as Plan;
    },
  };
  await plan(planner);
  return told.promise;
}

type Reading = { exit: number; output: string };

/** The recorded readings of a host, where `my-app` has another name; its image keeps its own. */
export async function readingsOf(kind: string, name = 'my-app'): Promise<Record<string, Reading>> {
  const text = await readFile(new URL(`../recipes/hosts/${kind}.json`, import.meta.url), 'utf8');
  const all = JSON.parse(text.replaceAll(/(?<!user\/)my-app/g, name)) as Record<string, string | number | Reading>;
  const readings = Object.entries({ ...all, 'base.addresses': '10.0.0.5' }).map(([probe, value]) => {
    if (typeof value === 'string') return [probe, { exit: 0, output: value }];
    return [probe, typeof value === 'number' ? { exit: value, output: '' } : value];
  });
  return Object.fromEntries(readings);
}

/** Reads the facts and runs the steps in bash; all that is run must be what was named, byte for byte. */
export async function runAsPlanned(
  host: Playground,
  work: HostWork,
  readings: Record<string, Reading>,
  course: Course,
): Promise<Call[]> {
  const root = host.path('root');
  await rm(root, { recursive: true, force: true });
  const probes = work.probes.map((probe) => ({ ...probe, action: below(root, probe.action) }));
  const reading = callsOfProbes(probes, readings);
  await expectCalls(host, reading);
  expect((await host.facts(probes).ended).status).toBe('ok');
  expect(await callsSeen(host, reading)).toEqual(reading);

  const steps = stepsOf(work.decide(readings).items).map((step) => stepBelow(root, step));
  const releases = new Map<string, string[]>();
  for (const { action } of steps) {
    if (action.verb !== 'run_release') continue;
    const file = plain(action.file);
    releases.set(file, await oldRelease(file));
  }
  const { calls, failing } = callsOfSteps(steps, course, releases);
  await expectCalls(host, calls);
  const { status, stdout } = await host.steps(steps).ended;
  expect(status, stdout).toBe(failing ? 'failed' : 'ok');
  expect(await callsSeen(host, calls)).toEqual(calls);
  expect(await readdir(host.path('.'))).not.toContain('executed');
  return calls;
}

/** A release that is on the host already, unless the plan replaces it. */
async function oldRelease(path: string): Promise<string[]> {
  const items = ['{}', '1', 'TOKEN=$(canary)', '--name', '$(canary)', 'image'];
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, items.map((item) => `${item}\0`).join(''));
  return items;
}
