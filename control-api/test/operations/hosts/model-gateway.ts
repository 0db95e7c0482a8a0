import type { Readings } from '../../../src/lib/command.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { createGatewayConfigs } from '../../../src/operations/hosts/gateway-config.ts';
import { createHostPlanner } from '../../../src/operations/hosts/host-plan.ts';
import type { HostTarget } from '../../../src/operations/hosts/host-target.ts';
import type { AnyOperation } from '../../../src/operations/index.ts';
import type { Report } from '../../../src/operations/operation.ts';
import { appManifestSchema, type Stack, stackManifestSchema } from '../../../src/schemas/manifest.ts';
import type { SecretsFile } from '../../../src/services/secrets-file.ts';
import { noKong } from '../../recipes/kong/model-kong.ts';
import { createModelHost } from '../../recipes/model-host.ts';
import type { ModelState } from '../../recipes/model-state.ts';
import { fakeClock, fakeContext } from '../cloud-fakes.ts';

const HMAC_KEY = Buffer.alloc(32, 7);
const world = { tags: {}, isHealthy: () => true };
const instance = (name: string) => ({ name, bundle: 'nano_3_0', blueprint: 'debian_12', firewall: [] });

/** One app, with one path to read and one to write. */
export function smallStack(): Stack {
  const manifest = stackManifestSchema.parse({
    domain: 'a.example',
    region: 'eu-central-1',
    availability_zone: 'eu-central-1a',
    key_pair: 'key',
    github_repository: 'owner/repo',
    instances: {
      opensearch: { ...instance('search'), firewall: ssh },
      kong: { ...instance('kong'), firewall: ssh },
      apps: { ...instance('apps'), firewall: ssh },
    },
    gateway: {},
  });
  const app = appManifestSchema.parse({
    ports: [8101, 8201],
    container_port: 8080,
    host: 'tales',
    kong: 'tales-service',
    memory_mb: 96,
  });
  const operation = { responses: {} };
  const spec = { openapi: '3.1.0', paths: { '/tales': { get: operation, post: operation } } };
  return { manifest, apps: [{ ...app, image: 'ghcr.io/user/tales', name: 'tales', spec }] };
}

const ssh = [{ protocol: 'tcp', from_port: 22, to_port: 22 }];

export function freshHost(): ModelState {
  return {
    ...{ memoryMb: 460, swapMb: 0, cloudInit: 'done', dpkgAudit: '', packages: ['ca-certificates'] },
    files: { '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm', '/etc/fstab': '' },
    ...{ engine: { enabled: false, active: false, liveRestore: false }, network: false, images: [], containers: {} },
    kong: noKong(),
  };
}

class Cut extends Error {}

/** What an operation on the gateway needs, with a model host for the real one. */
export function modelGateway(state: ModelState, secretsFile: SecretsFile) {
  const model = createModelHost(state, world);
  let left = Number.POSITIVE_INFINITY;
  const spend = () => {
    if (left <= 0) throw new Cut();
    left -= 1;
  };
  const planner = createHostPlanner({
    hmacKey: HMAC_KEY,
    sessions: {
      open: async () => ({
        async readFacts(probes) {
          const readings: Readings = Object.fromEntries(
            probes.map(({ name, action }) => {
              const { exit, output } = model.perform(action);
              return [name, { exit, output: output.trimEnd() }];
            }),
          );
          return { readings, digest: 'd' };
        },
        async runSteps({ steps, onEvent }) {
          for (const [index, step] of steps.entries()) {
            spend();
            const told = { index, name: step.name, rescue: false };
            onEvent({ ...told, type: 'step_started' });
            if (model.perform(step.action).exit !== 0) throw new Error(`${step.name} failed`);
            onEvent({ ...told, type: 'step_done', outcome: 'changed', ms: 0, exit: 0 });
          }
        },
        end: () => {},
      }),
    },
  });
  const host: HostTarget = {
    ...{ key: 'k', label: 'instance eu-central-1/kong', address: '203.0.113.7', port: 22, username: 'admin' },
    ...{ privateKey: new Secret('private'), hostKeys: [], privateIp: null },
  };
  const stack = smallStack();
  const manifests = { read: async () => stack };
  const gateway = createGatewayConfigs({
    ...{ manifests, secretsFile },
    certificates: { list: async () => [] },
    lightsail: { instance: async () => undefined },
    ownFile: undefined,
  });
  const hosts = { resolve: async () => host, pinnedKeys: async () => [] };
  return {
    dependencies: { hosts, planner, gateway, manifests, secretsFile, hmacKey: HMAC_KEY },
    /** Plans and runs at most `limit` steps, then the process ends; undefined when it did. Tells the lines as they ended. */
    async run(operation: AnyOperation, input: object, limit = Number.POSITIVE_INFINITY) {
      const context = fakeContext(fakeClock());
      const asked = { instance_ip: '203.0.113.7', ssh_key_path: '/keys/key', ...input };
      const target = await operation.target(asked, context);
      const plan = await operation.plan(asked, context, target);
      const lines = plan.steps.map(({ name, outcome }) => ({ name, outcome: outcome as string }));
      const told = (index: number, name: string, outcome: string) => {
        lines[index] = { name, outcome };
      };
      const report: Report = {
        async begin(index, { name }) {
          spend();
          told(index, name, 'running');
        },
        step: (index, { name, outcome }) => told(index, name, outcome),
        output: () => {},
      };
      left = limit;
      try {
        return { plan, target, lines, ...(await plan.apply(report)) };
      } catch (error) {
        if (error instanceof Cut) return undefined;
        throw error;
      }
    },
  };
}
