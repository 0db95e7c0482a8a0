import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isStep, type PlanItem, type Readings } from '../../src/lib/command.ts';
import { parseImage } from '../../src/lib/image-reference.ts';
import { describeStep } from '../../src/lib/records.ts';
import { Secret } from '../../src/lib/secret.ts';
import { app } from '../../src/recipes/app/app.ts';
import { remove, restart, rollback } from '../../src/recipes/app/manage.ts';
import type { AppWish } from '../../src/recipes/app/release.ts';
import { base } from '../../src/recipes/base/base.ts';
import { docker } from '../../src/recipes/docker/docker.ts';
import { kong, kongApply } from '../../src/recipes/kong/kong.ts';
import { opensearch } from '../../src/recipes/opensearch/opensearch.ts';
import type { Recipe } from '../../src/recipes/recipe.ts';
import { kongWish } from './kong/kong-wish.ts';
import { opensearchWish } from './opensearch/opensearch-wish.ts';

/** What a case file holds. Readings are an output (exit 0), an exit code, or both; they go over those of the host. */
interface Case {
  recipe: keyof typeof recipes;
  host: string;
  wish?: Record<string, unknown>;
  readings?: Record<string, string | number | { exit: number; output: string }>;
  /** `= name: detail` for what is settled, else the name of the step. */
  plan?: string[];
  /** By name of a step: fields of what it does, as the plan shows them. */
  steps?: Record<string, object>;
  /** What a caller is told when the step fails so. */
  explained?: { step: string; exit: number; output: string; code: string; says: string }[];
  error?: { code: string; says: string };
}

const recipes = { base, docker, app, rollback, restart, remove, kong, kongApply, opensearch };
const here = new URL('.', import.meta.url).pathname;
const files = readdirSync(`${here}/cases`, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.json'),
);

describe.each(files.sort())('%s', (file) => {
  const given = read<Case>(`cases/${file}`);
  const recipe = recipes[given.recipe] as Recipe<unknown, unknown>;
  const wish = wishOf(given);
  const plan = () => recipe.plan(recipe.parse(readingsOf(given)), wish ?? {});

  test('plans what it should', () => {
    if (given.error) {
      expect(errorOf(plan)).toMatchObject({ code: given.error.code });
      expect(String((errorOf(plan) as Error).message)).toContain(given.error.says);
      return;
    }
    const items = plan();
    expect(items.map(line)).toEqual(given.plan);
    for (const [name, wanted] of Object.entries(given.steps ?? {})) {
      expect(describeStep(stepNamed(items, name))).toMatchObject(wanted);
    }
    for (const { step, exit, output, code, says } of given.explained ?? []) {
      const error = stepNamed(items, step).explain?.(exit, output) as Error & { code?: string };
      expect({ code: error?.code, message: error?.message }).toEqual({ code, message: expect.stringContaining(says) });
    }
  });
});

test('a case reads nothing that the recipes do not probe', () => {
  const probes = [
    ...base.probes({ addresses: true }),
    ...docker.probes({ source: 'docker-ce' }),
    ...app.probes(appWish({ ports: [8101, 8201] })),
    ...kong.probes(kongWish()),
    ...kong.probes(kongWish({ config: 'b' })).filter(({ name }) => name === 'kong.route.b-service'),
    ...opensearch.probes(opensearchWish({ password: 'any' })),
  ];
  const names = probes.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const hosts = readdirSync(`${here}/hosts`).map((name) => read<Case['readings']>(`hosts/${name}`));
  const used = [...hosts, ...files.map((file) => read<Case>(`cases/${file}`).readings)];
  expect(used.flatMap((readings) => Object.keys(readings ?? {})).filter((name) => !names.includes(name))).toEqual([]);
});

function read<T>(path: string): T {
  return JSON.parse(readFileSync(`${here}/${path}`, 'utf8')) as T;
}

function readingsOf({ host, readings }: Case): Readings {
  const all = { ...read<Case['readings']>(`hosts/${host}.json`), ...readings };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => {
      if (typeof value === 'string') return [name, { exit: 0, output: value }];
      return [name, typeof value === 'number' ? { exit: value, output: '' } : value];
    }),
  );
}

/** What the operation would make of what a case's file says. */
function wishOf({ recipe, wish }: Case): unknown {
  if (recipe === 'app') return appWish(wish);
  if (recipe === 'opensearch') return opensearchWish(wish);
  return recipe.startsWith('kong') ? kongWish(wish) : wish;
}

function appWish(changes: Record<string, unknown> = {}): AppWish {
  const { image = 'ghcr.io/user/my-app:latest', secretEnv = {}, token, ...rest } = changes;
  const secrets = Object.entries(secretEnv as Record<string, string>).map(([name, value]) => [name, new Secret(value)]);
  return {
    name: 'my-app',
    image: parseImage(image as string),
    ports: [8080],
    containerPort: 3000,
    publish: 'private',
    privateIp: '172.26.0.5',
    env: {},
    secretEnv: Object.fromEntries(secrets),
    secretDigest: 'none',
    volumes: [],
    healthPath: '/health',
    memoryMb: 256,
    capabilities: [],
    ...(token ? { registryAuth: { username: 'user', token: new Secret(token as string) } } : {}),
    ...rest,
  };
}

function line(item: PlanItem): string {
  return isStep(item) ? item.name : `= ${item.name}${item.detail ? `: ${item.detail}` : ''}`;
}

function stepNamed(items: readonly PlanItem[], name: string) {
  const found = items.filter(isStep).find((step) => step.name === name);
  if (!found) throw new Error(`the plan has no step "${name}"`);
  return found;
}

function errorOf(act: () => unknown): unknown {
  try {
    return { planned: act() };
  } catch (error) {
    return error;
  }
}
