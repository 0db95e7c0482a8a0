import { describe, expect, test } from 'vitest';
import { isStep } from '../../../src/lib/command.ts';
import { AppError } from '../../../src/lib/errors.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { createGatewayConfigs, type GatewayConfig } from '../../../src/operations/hosts/gateway-config.ts';
import type { StoredCertificate } from '../../../src/services/certificate-store.ts';
import { instance } from '../cloud-fakes.ts';
import { ownGatewayConfig } from './gateway-fakes.ts';
import { smallStack } from './model-gateway.ts';

const now = new Date('2026-11-21T10:00:00Z');
const reader = { username: 'reader', keys: [new Secret('key-of-the-reader')], access: { all: 'read' as const } };
const stored = (name: string, until: string): StoredCertificate => ({
  ...{ names: [name], issuedFor: [name], certificate: 'PEM', key: new Secret('private-key') },
  ...{ notBefore: now, notAfter: new Date(until), fingerprint: 'AA', issuer: 'CA', directory: 'd', path: 'p' },
});

function configs(
  more: { privateIp?: string | null; certificates?: StoredCertificate[]; secrets?: AppError; denied?: AppError } = {},
) {
  const asked: string[] = [];
  const configs = createGatewayConfigs({
    manifests: { read: async () => smallStack() },
    secretsFile: {
      path: '/data/secrets.yaml',
      async read() {
        if (more.secrets) throw more.secrets;
        return { apps: {}, consumers: [reader] };
      },
      setConsumers: async () => {},
    },
    certificates: { list: async () => more.certificates ?? [] },
    lightsail: {
      async instance(region, name) {
        asked.push(`${region}/${name}`);
        if (more.denied) throw more.denied;
        return more.privateIp === undefined ? undefined : instance({ private_ip: more.privateIp });
      },
    },
    ownFile: undefined,
  });
  return { ...configs, asked };
}

const lines = ({ made }: GatewayConfig) =>
  Object.fromEntries(made.map((item) => [item.name, isStep(item) ? 'a step' : item.detail]));

describe('where the apps are', () => {
  test('as the call says, and nobody else is asked', async () => {
    const { render, asked } = configs({ privateIp: '172.26.0.5' });
    const made = await render({ appsIp: '172.26.0.9', now });
    expect(made).toMatchObject({ appsIp: '172.26.0.9', appsIpFrom: 'the call' });
    expect(made.config.text).toContain('target: 172.26.0.9:8101');
    expect(asked).toEqual([]);
  });

  test('else on the apps instance of the stack', async () => {
    const { render, asked } = configs({ privateIp: '172.26.0.5' });
    const made = await render({ now });
    expect(made).toMatchObject({ appsIp: '172.26.0.5', appsIpFrom: 'instance eu-central-1/apps' });
    expect(made.config.text).toContain('target: 172.26.0.5:8201');
    expect(asked).toEqual(['eu-central-1/apps']);
  });

  test('AWS that cannot tell is an error, and not 127.0.0.1', async () => {
    const denied = new AppError('aws_access_denied', 'not allowed', { hint: 'Check the policy.' });
    await expect(configs({ denied }).render({ now })).rejects.toMatchObject({
      code: 'aws_access_denied',
      hint: 'Check the policy. With "apps_ip" in the call, AWS is not asked where the apps are.',
    });
    await expect(configs({ denied }).render({ appsIp: '172.26.0.9', now })).resolves.toBeDefined();
  });

  test.each([undefined, null])('else beside the gateway, which is told (%s)', async (privateIp) => {
    const made = await configs(privateIp === undefined ? {} : { privateIp }).render({ now });
    expect(made).toMatchObject({ appsIp: '127.0.0.1', appsIpFrom: 'default' });
    expect(made.warnings).toEqual([expect.stringContaining('there is no instance apps in eu-central-1')]);
    expect(lines(made)['Address of the apps']).toContain('there is no instance apps in eu-central-1');
  });
});

describe('what it is made of is told', () => {
  test('nobody and no certificate', async () => {
    const made = await configs().render({ given: { stack: smallStack(), consumers: [] }, now });
    expect(lines(made)).toMatchObject({
      Consumers: 'none, so nobody is let in: POST /services/add-consumer',
      Certificates: expect.stringContaining('POST /tls/issue-certificate'),
    });
    expect(made.config.text).not.toContain('consumers:');
  });

  test('consumers by name, certificates by theirs and their end', async () => {
    const certificates = [stored('*.a.example', '2027-01-01'), stored('old.example', '2026-11-20')];
    const made = await configs({ certificates }).render({ appsIp: '172.26.0.9', now });
    expect(lines(made)).toMatchObject({
      Consumers: 'reader',
      'Certificate for *.a.example': 'until 2027-01-01',
      'Certificate for old.example':
        'EXPIRED on 2026-11-20: POST /tls/issue-certificate; not sent, since it is for the host of no app',
    });
    expect(made.warnings).toEqual([]);
    expect(JSON.stringify(made.made)).not.toMatch(/key-of-the-reader|private-key/);
  });

  test('a certificate that has expired and is shown for want of another, as a warning', async () => {
    const certificates = [stored('tales.a.example', now.toISOString()), stored('old.example', '2026-11-20')];
    const { warnings } = await configs({ certificates }).render({ appsIp: '172.26.0.9', now });
    const how = 'POST /tls/issue-certificate, then this call again';
    expect(warnings).toEqual([`the certificate for tales.a.example expired on 2026-11-21: ${how}`]);
  });

  test('only keys of certificates that are for a host go to the gateway', async () => {
    const named = (name: string) => ({ ...stored(name, '2027-01-01'), key: new Secret(`key-of-${name}`) });
    const certificates = [named('tales.a.example'), named('www.a.example'), named('other.example')];
    const stack = smallStack();
    const given = { stack: { ...stack, manifest: { ...stack.manifest, dns: ['www'] } }, consumers: [] };
    const { config } = await configs({ certificates }).render({ given, now });
    expect(config.text.match(/key-of-\S+/g)).toEqual(['key-of-tales.a.example', 'key-of-www.a.example']);
  });

  test('a certificate whose names others have, and which one is from where', async () => {
    const tried = {
      ...stored('*.a.example', '2027-01-01'),
      names: [],
      directory: 'https://staging',
      key: new Secret('unused'),
    };
    const certificates = [stored('*.a.example', '2027-01-01'), { ...tried, issuedFor: ['tales.a.example'] }];
    const made = await configs({ certificates }).render({ now });
    expect(lines(made)).toMatchObject({
      'Certificate for *.a.example': 'until 2027-01-01, from d',
      'Certificate for tales.a.example':
        'until 2027-01-01, from https://staging; not sent, since others serve its names',
    });
    expect(made.config.text).not.toContain('unused');
  });

  test('consumers given go before those of the file', async () => {
    const given = { stack: smallStack(), consumers: [{ ...reader, username: 'another' }] };
    const made = await configs().render({ given, now });
    expect(lines(made).Consumers).toBe('another');
  });
});

describe('credentials', () => {
  const revealed = async (given: ReturnType<typeof configs>) => (await given.credentials()).map((one) => one.reveal());

  test('are keys of consumers and of certificates', async () => {
    const given = configs({ certificates: [stored('a.example', '2027-01-01')] });
    expect(await revealed(given)).toEqual(['key-of-the-reader', 'private-key']);
  });

  test('of a secrets file that cannot be read are none; the plan says why', async () => {
    const secrets = new AppError('secrets_file_unusable', 'has mode 0644');
    const given = configs({ secrets, certificates: [stored('a.example', '2027-01-01')] });
    expect(await revealed(given)).toEqual(['private-key']);
    await expect(given.render({ now })).rejects.toBe(secrets);
  });
});

test('a file of the operator’s own is taken as it is; with apps_ip in the place of 127.0.0.1', async () => {
  const text = '_format_version: "3.0"\nservices: [{ name: a, url: "http://127.0.0.1:8101" }]\n';
  const own = ownGatewayConfig(text);
  const made = await own.render({ now });
  expect(made).toMatchObject({ config: { text }, appsIp: null, appsIpFrom: 'KONG_CONFIG' });
  expect(lines(made)).toEqual({ 'Source of the configuration': '/etc/ours/kong.yml, by KONG_CONFIG' });
  const moved = await own.render({ appsIp: '172.26.0.5', now });
  expect(moved.config.text).toContain('http://172.26.0.5:8101');
  expect(moved).toMatchObject({ appsIp: '172.26.0.5', appsIpFrom: 'the call' });
});
