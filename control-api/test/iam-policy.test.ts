import { globSync, readFileSync } from 'node:fs';
import { Lightsail } from '@aws-sdk/client-lightsail';
import { Route53 } from '@aws-sdk/client-route-53';
import { expect, test } from 'vitest';

interface Statement {
  Action: string | string[];
}

/** Not a call of its own: CreateInstances and CreateInstanceSnapshot need it when they carry tags. */
const implied = ['lightsail:TagResource'];

test('docs/iam-policy.json allows exactly the calls that the services make', () => {
  const policy = JSON.parse(readFileSync(new URL('../../docs/iam-policy.json', import.meta.url), 'utf8'));
  const allowed = (policy.Statement as Statement[]).flatMap(({ Action }) => Action);
  const calls = [...callsIn('lightsail', Lightsail), ...callsIn('route53', Route53)];
  expect(new Set(allowed)).toEqual(new Set([...calls, ...implied]));
});

/** What a service's files call of the methods that the SDK's client has. */
function callsIn(service: string, { prototype }: { prototype: object }): string[] {
  const methods = Object.keys(prototype);
  expect(methods.length).toBeGreaterThan(50);
  const root = new URL('../src/services/', import.meta.url).pathname;
  const files = globSync([`${service}.ts`, `${service}/**/*.ts`], { cwd: root });
  const text = files.map((file) => readFileSync(root + file, 'utf8')).join('\n');
  const called = methods.filter((method) => text.includes(`.${method}(`));
  return called.map((method) => `${service}:${method[0]?.toUpperCase()}${method.slice(1)}`);
}
