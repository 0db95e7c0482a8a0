import { globSync, readFileSync } from 'node:fs';
import { Lightsail } from '@aws-sdk/client-lightsail';
import { Route53 } from '@aws-sdk/client-route-53';
import { expect, test } from 'vitest';

interface Statement {
  Sid: string;
  Action: string | string[];
}

/** Not a call of its own: CreateInstances and CreateInstanceSnapshot need it when they carry tags. */
const implied = ['lightsail:TagResource'];

/** What the calls of Route 53 are about that AWS lets a policy name; the others take nothing but `*`. */
const places: Readonly<Record<string, string>> = {
  'route53:ChangeResourceRecordSets': 'arn:aws:route53:::hostedzone/*',
  'route53:GetHostedZone': 'arn:aws:route53:::hostedzone/*',
  'route53:ListResourceRecordSets': 'arn:aws:route53:::hostedzone/*',
  'route53:GetChange': 'arn:aws:route53:::change/*',
};
const oneRegion = { StringEquals: { 'aws:RequestedRegion': 'eu-central-1' } };

test('docs/iam-policy.json allows exactly the calls that the services make, Lightsail’s in one region', () => {
  const calls = [...callsIn('lightsail', Lightsail), ...callsIn('route53', Route53), ...implied];
  expect(grantsOf('iam-policy.json')).toEqual(calls.sort().map(grant));
});

// That it has all that is wanted on the apps host, and no more: e2e/test/on-the-apps-host.test.ts.
test('docs/iam-policy-apps-host.json allows a part of that, and nothing but to look', () => {
  const allowed = grantsOf('iam-policy-apps-host.json');
  expect(grantsOf('iam-policy.json')).toEqual(expect.arrayContaining(allowed));
  for (const { Action } of allowed) expect(Action).toMatch(/^lightsail:Get/);
});

function grant(action: string) {
  const Condition = action.startsWith('lightsail:') ? { Condition: oneRegion } : {};
  return { Effect: 'Allow', Action: action, Resource: places[action] ?? '*', ...Condition };
}

/** A policy as one statement per action, sorted by it. */
function grantsOf(file: string) {
  const { Version, Statement } = JSON.parse(readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8'));
  expect(Version).toBe('2012-10-17');
  return (Statement as Statement[])
    .flatMap(({ Sid, Action, ...rest }) => [Action].flat().map((one) => ({ ...rest, Action: one })))
    .sort((a, b) => (a.Action < b.Action ? -1 : 1));
}

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
