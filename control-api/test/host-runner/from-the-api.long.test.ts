import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Secret } from '../../src/lib/secret.ts';
import { createAppDeployments } from '../../src/operations/hosts/app-deployment.ts';
import { deployDockerApp } from '../../src/operations/hosts/deploy-docker-app.ts';
import type { HostPlanner, HostWork } from '../../src/operations/hosts/host-plan.ts';
import type { HostResolver, HostTarget } from '../../src/operations/hosts/host-target.ts';
import { removeDockerApp, restartDockerApp, rollbackDockerApp } from '../../src/operations/hosts/manage-docker-app.ts';
import type { Context, Operation } from '../../src/operations/operation.ts';
import { logsProbe } from '../../src/recipes/app/view.ts';
import {
  deployDockerAppBodySchema,
  logsQuerySchema,
  removeDockerAppBodySchema,
  restartDockerAppBodySchema,
  rollbackDockerAppBodySchema,
} from '../../src/schemas/app.ts';
import type { Stack } from '../../src/schemas/manifest.ts';
import { readingsOf, runAsPlanned, target, workFor } from './as-planned.ts';
import { bodiesOf, candidates } from './bodies.ts';
import { type Course, callsOfProbes } from './expected-calls.ts';
import { createPlayground, type Playground } from './in-bash.ts';
import { callsSeen, expectCalls, installPrograms } from './scripted-programs.ts';

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
  const tried = new Set(candidates[name].flatMap((candidate) => Object.keys(fc.sample(candidate, 1)[0] ?? {})));
  expect([...tried].sort()).toEqual(Object.keys(properties).sort());
});

const whole = { instance_ip: '203.0.113.7', ssh_key_path: 'key' };
const anyDeploy = bodiesOf(
  schemas.deploy,
  { ...whole, docker_image: 'ghcr.io/user/my-app:latest', ports: [8080], memory_mb: 96 },
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

/** What an operation asks of its host. */
function workOf<Body>(
  make: (dependencies: { hosts: HostResolver; planner: HostPlanner }) => Operation<Body, HostTarget>,
  body: Body,
): Promise<HostWork> {
  const hosts = {} as HostResolver;
  return workFor((planner) => make({ hosts, planner }).plan(body, {} as Context, target));
}

/** Where there is a manifest of whatever app is named, and a value for its secret. */
async function deploying(body: z.output<typeof schemas.deploy>, privateIp: string | null) {
  const { app: name = '' } = body;
  const app = { name, image: 'ghcr.io/user/my-app', ports: [8101, 8201], container_port: 8080, volumes: [], env: {} };
  const rest = { secrets: ['API_KEY'], memory_mb: 96, health_path: '/ready' };
  const stack = { apps: [{ ...app, ...rest }] } as unknown as Stack;
  const secrets = { apps: { [name]: { API_KEY: new Secret('a value of the file') } }, consumers: [] };
  const deployments = createAppDeployments({
    manifests: { read: async () => stack },
    secretsFile: { path: '/secrets.yaml', read: async () => secrets },
  });
  const deployment = await deployments.of(body);
  const operation = (planner: HostPlanner) =>
    deployDockerApp({ ...{ hosts: {} as HostResolver, planner, deployments }, hmacKey, dockerSource: 'docker-ce' });
  const host = { ...target, privateIp, deployment };
  return { deployment, work: await workFor((planner) => operation(planner).plan(body, {} as Context, host)) };
}

const hmacKey = Buffer.from('key');

const run = async (work: HostWork, kind: string, name: string, course: Course) =>
  runAsPlanned(host, work, await readingsOf(kind, name), course);

const anyCourse = fc.record({ spared: fc.boolean(), broken: fc.option(fc.nat(30)) });

test('a deployment runs what its plan names, whatever its body says', async () => {
  const kinds = fc.constantFrom('fresh', 'ready', 'serving', 'side-by-side');
  const addresses = fc.constantFrom('172.26.0.5', null);
  await fc.assert(
    fc.asyncProperty(anyDeploy, kinds, addresses, anyCourse, async (body, kind, privateIp, course) => {
      const { work, deployment } = await deploying(body, privateIp);
      const { name, env, secret_env, volumes, ports } = deployment;
      const calls = await run(work, kind, name, course);
      const start = calls.find(({ argv }) => argv[0] === 'docker' && argv[1] === 'run');
      if (!start) return;
      const words = start.argv.join('\0');
      for (const [key, value] of Object.entries(env)) expect(words).toContain(`\0--env\0${key}=${value}\0`);
      for (const volume of volumes) expect(words).toContain(`\0--volume\0${volume}\0`);
      expect(words).toContain(`\0--name\0${name}${ports.length === 2 ? '-candidate' : ''}\0`);
      const secrets = Object.entries(secret_env).map(([key, value]) => [key, value.reveal()]);
      expect(start.env).toEqual(Object.fromEntries(secrets));
    }),
    { numRuns: 20 },
  );
});

test('so do restart, rollback and removal', async () => {
  await fc.assert(
    fc.asyncProperty(anyManaged, fc.constantFrom('serving', 'side-by-side'), anyCourse, async (made, kind, course) => {
      const [make, body] = made;
      const work = await workOf<never>(make as never, body as never);
      await run(work, kind, body.name, course);
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
