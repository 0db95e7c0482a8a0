import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../src/config.ts';
import type { OperationEvent, OperationView } from '../src/schemas/operation.ts';
import { createMetrics } from '../src/web/metrics.ts';
import { buildWeb, type WebDependencies } from '../src/web.ts';

export const operationId = 'op_019aa2b3c4d0f1e2d3c4';

/** An operation that has ended well. */
export function operationView(overrides: Partial<OperationView> = {}): OperationView {
  return {
    id: operationId,
    operation: 'instance.create',
    target: 'instance eu-central-1/apps',
    status: 'succeeded',
    message: 'apps: created.',
    changed: true,
    dry_run: false,
    actor: 'local',
    reason: null,
    started_at: '2026-11-21T10:00:00.000Z',
    ended_at: '2026-11-21T10:01:00.000Z',
    deadline_at: '2026-11-21T10:05:00.000Z',
    plan_hash: 'b5bb9d8014a0f9b1',
    steps: [{ name: 'Create instance apps', outcome: 'changed', duration_ms: 812 }],
    error: null,
    result: { instance: null },
    ...overrides,
  };
}

/** A journal in memory with one operation; `append` and `end` write to it and tell the listeners. */
export function fakeJournal(view: OperationView = operationView({ status: 'running', ended_at: null })) {
  const written: OperationEvent[] = [];
  const listeners = new Set<() => void>();
  const write = (type: OperationEvent['type'], data: Record<string, unknown>) => {
    written.push({ seq: written.length + 1, type, data });
    for (const listener of listeners) listener();
  };
  return {
    listeners,
    append: (data: Record<string, unknown>, type: OperationEvent['type'] = 'output') => write(type, data),
    end() {
      view = { ...view, status: 'succeeded' };
      write('done', { status: 'succeeded' });
    },
    get: async (id: string) => (id === view.id ? view : undefined),
    list: async () => [view],
    events: async (_: string, after: number) => written.filter(({ seq }) => seq > after),
    subscribe(_: string, listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

interface Started {
  name: string;
  input: Record<string, unknown>;
  options: Record<string, unknown>;
}

/** Operations that end at once with the given view, and what they were started with. */
export function fakeOperations(finished: Promise<OperationView> = Promise.resolve(operationView()), attached = false) {
  const started: Started[] = [];
  return {
    started,
    deadlineS: () => 300,
    async start(name: string, input: unknown, options: object) {
      started.push({ name, input: input as Started['input'], options: { ...options } });
      return { id: operationId, attached, finished };
    },
  };
}

const unused = async (): Promise<never> => {
  throw new Error('not expected to be called');
};

const noReads: WebDependencies['reads'] = {
  instances: unused,
  instance: unused,
  readiness: unused,
  bundles: unused,
  blueprints: unused,
  staticIps: unused,
  firewall: unused,
  snapshots: unused,
  hostedZones: unused,
  githubSecrets: unused,
  certificates: unused,
  records: unused,
  dockerApps: unused,
  logs: unused,
  status: unused,
};

interface Overrides extends Partial<Omit<WebDependencies, 'config' | 'reads'>> {
  env?: Record<string, string>;
  reads?: Partial<WebDependencies['reads']>;
}

/** The web layer as production builds it, on fakes; closed when the test is over. */
export async function web({ env = {}, reads, ...dependencies }: Overrides = {}): Promise<FastifyInstance> {
  const app = await buildWeb({
    config: loadConfig({ LOG_LEVEL: 'silent', ...env }),
    operations: fakeOperations(),
    journal: fakeJournal(),
    metrics: createMetrics(),
    version: '0.0.0',
    ...dependencies,
    reads: { ...noReads, ...reads },
  });
  onTestFinished(() => app.close());
  return app;
}

export const createInstance = {
  method: 'POST',
  url: '/aws/lightsail/create-instance',
  payload: {
    instance_name: 'apps',
    blueprint_id: 'debian_12',
    bundle_id: 'micro_3_0',
    region: 'eu-central-1',
    availability_zone: 'eu-central-1a',
  },
} as const;
