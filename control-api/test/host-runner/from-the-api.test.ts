import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { stepsOf } from '../../src/lib/command.ts';
import { Secret } from '../../src/lib/secret.ts';
import { deployDockerApp } from '../../src/operations/deploy-docker-app.ts';
import type { HostPlanner, HostWork } from '../../src/operations/host-plan.ts';
import type { HostResolver, HostTarget } from '../../src/operations/host-target.ts';
import { removeDockerApp, restartDockerApp, rollbackDockerApp } from '../../src/operations/manage-docker-app.ts';
import type { Context, Operation, Plan } from '../../src/operations/operation.ts';
import { logsProbe } from '../../src/recipes/app-view.ts';
import {
  deployDockerAppBodySchema,
  logsQuerySchema,
  removeDockerAppBodySchema,
  restartDockerAppBodySchema,
  rollbackDockerAppBodySchema,
} from '../../src/schemas/app.ts';
import { bodiesOf, candidates } from './bodies.ts';
import { type Course, callsOfProbes, callsOfSteps, plain } from './expected-calls.ts';
import { createPlayground, type Playground } from './in-bash.ts';
import { below, type Call, callsSeen, expectCalls, installPrograms, stepBelow } from './scripted-programs.ts';

/** From what an API call may say to what is run on a host: the schemas, operations and recipes are those in use. */
let host: Playground;
beforeAll(async () => {
  host = await createPlayground();
  await installPrograms(host);
});
afterAll(() => host.remove());

const schemas = {
  deploy: deployDockerAppBodySchema,
  restart: restartDockerAppBodySchema,
  rollback: rollbackDockerAppBodySchema,
  remove: removeDockerAppBodySchema,
  logs: logsQuerySchema,
};

test.each(Object.keys(schemas) as (keyof typeof schemas)[])('every field of %s is tried', (name) => {
  const { properties = {} } = z.toJSONSchema(schemas[name], { io: 'input' });
  const tried = candidates[name].flatMap((candidate) => Object.keys(fc.sample(candidate, 1)[0] ?? {}));
  expect(tried.sort()).toEqual(Object.keys(properties).sort());
});

const whole = { instance_ip: '203.0.113.7', ssh_key_path: 'key' };
const anyDeploy = bodiesOf(
  schemas.deploy,
  { ...whole, docker_image: 'ghcr.io/user/my-app:latest', ports: [8080] },
  candidates.deploy,
);
const named = { ...whole, name: 'my-app' };
const anyManaged = fc.oneof(
  bodiesOf(schemas.restart, named, candidates.restart).map((body) => [restartDockerApp, body] as const),
  bodiesOf(schemas.rollback, { ...named, to: 'b'.repeat(64) }, candidates.rollback).map(
    (body) => [rollbackDockerApp, body] as const,
  ),
  bodiesOf(schemas.remove, named, candidates.remove).map((body) => [removeDockerApp, body] as const),
);

const target: HostTarget = {
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
async function workOf<Body>(
  make: (dependencies: { hosts: HostResolver; planner: HostPlanner }) => Operation<Body, HostTarget>,
  body: Body,
  privateIp: string | null,
): Promise<HostWork> {
  const told = Promise.withResolvers<HostWork>();
  const planner: HostPlanner = {
    async plan(_host, _context, work) {
      told.resolve(work);
      return {} as Plan;
    },
  };
  await make({ hosts: {} as HostResolver, planner }).plan(body, {} as Context, { ...target, privateIp });
  return told.promise;
}

const deploying = (dependencies: { hosts: HostResolver; planner: HostPlanner }) =>
  deployDockerApp({ ...dependencies, hmacKey: Buffer.from('key'), dockerSource: 'docker-ce' });

type Reading = { exit: number; output: string };

/** The recorded readings of a host, where `my-app` has another name; its image keeps its own. */
async function readingsOf(kind: string, name: string): Promise<Record<string, Reading>> {
  const text = await readFile(new URL(`../recipes/hosts/${kind}.json`, import.meta.url), 'utf8');
  const all = JSON.parse(text.replaceAll(/(?<!user\/)my-app/g, name)) as Record<string, string | number | Reading>;
  const readings = Object.entries({ ...all, 'base.addresses': '10.0.0.5' }).map(([probe, value]) => {
    if (typeof value === 'string') return [probe, { exit: 0, output: value }];
    return [probe, typeof value === 'number' ? { exit: value, output: '' } : value];
  });
  return Object.fromEntries(readings);
}

const anyCourse = fc.record({ spared: fc.boolean(), broken: fc.option(fc.nat(30)) });

/** Reads the facts and runs the steps in bash; all that is run must be what was named, byte for byte. */
async function runAsPlanned(work: HostWork, readings: Record<string, Reading>, course: Course): Promise<Call[]> {
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

test('a deployment runs what its plan names, whatever its body says', async () => {
  const kinds = fc.constantFrom('fresh', 'ready', 'serving');
  const addresses = fc.constantFrom('172.26.0.5', null);
  await fc.assert(
    fc.asyncProperty(anyDeploy, kinds, addresses, anyCourse, async (body, kind, privateIp, course) => {
      const work = await workOf(deploying, body, privateIp);
      const calls = await runAsPlanned(work, await readingsOf(kind, body.name), course);
      const start = calls.find(({ argv }) => argv[0] === 'docker' && argv[1] === 'run');
      if (!start) return;
      const words = start.argv.join('\0');
      for (const [key, value] of Object.entries(body.env)) expect(words).toContain(`\0--env\0${key}=${value}\0`);
      for (const volume of body.volumes) expect(words).toContain(`\0--volume\0${volume}\0`);
      expect(words).toContain(`\0--name\0${body.name}\0`);
      const secrets = Object.entries(body.secret_env).map(([key, value]) => [key, value.reveal()]);
      expect(start.env).toEqual(Object.fromEntries(secrets));
    }),
    { numRuns: 20 },
  );
});

test('so do restart, rollback and removal', async () => {
  await fc.assert(
    fc.asyncProperty(anyManaged, anyCourse, async ([make, body], course) => {
      const work = await workOf<never>(make as never, body as never, '172.26.0.5');
      await runAsPlanned(work, await readingsOf('serving', body.name), course);
    }),
    { numRuns: 12 },
  );
});

test('and the reading of logs', async () => {
  await fc.assert(
    fc.asyncProperty(bodiesOf(schemas.logs, named, candidates.logs), async ({ name, lines }) => {
      const probe = logsProbe(name, lines);
      const calls = callsOfProbes([probe], {});
      expect(calls[0]?.argv).toEqual(['docker', 'logs', '--tail', String(lines), '--timestamps', name]);
      await expectCalls(host, calls);
      await host.facts([probe]).ended;
      expect(await callsSeen(host, calls)).toEqual(calls);
    }),
    { numRuns: 5 },
  );
});
