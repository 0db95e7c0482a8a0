import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Readings, Step } from '../../../src/lib/command.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { applyKongConfig, deployKong } from '../../../src/operations/hosts/deploy-kong.ts';
import { createHostPlanner } from '../../../src/operations/hosts/host-plan.ts';
import type { HostTarget } from '../../../src/operations/hosts/host-target.ts';
import { configText } from '../../recipes/kong/kong-wish.ts';
import { fakeClock, fakeContext } from '../cloud-fakes.ts';
import { ownGatewayConfig } from './gateway-fakes.ts';

const host: HostTarget = {
  ...{ key: 'k', label: 'instance eu-central-1/kong', address: '203.0.113.7', port: 22, username: 'admin' },
  ...{ privateKey: new Secret('private'), hostKeys: [], privateIp: null },
};
const input = { instance_ip: '203.0.113.7', ssh_key_path: '/keys/key' };
const report = { begin: async () => {}, step: () => {}, output: () => {} };

/** Both operations on a host that serves the configuration `a`; `text` is what lies on this machine. */
function kongOn(text = configText('a'), changes: Readings = {}, warnings: readonly string[] = []) {
  const given = JSON.parse(readFileSync(new URL('../../recipes/hosts/kong.json', import.meta.url), 'utf8'));
  const read = Object.entries(given).map(([name, value]) => {
    if (typeof value === 'string') return [name, { exit: 0, output: value }] as const;
    return [name, typeof value === 'number' ? { exit: value, output: '' } : (value as Readings[string])] as const;
  });
  const readings: Readings = { ...Object.fromEntries(read), ...changes };
  const runs: (readonly Step[])[] = [];
  let connections = 0;
  const planner = createHostPlanner({
    hmacKey: Buffer.alloc(32, 7),
    sessions: {
      async open() {
        connections += 1;
        return {
          readFacts: async () => ({ readings, digest: 'd' }),
          runSteps: async ({ steps }) => void runs.push(steps),
          end: () => {},
        };
      },
    },
  });
  const own = ownGatewayConfig(text);
  const gateway = {
    ...own,
    render: async (wish: Parameters<typeof own.render>[0]) => ({ ...(await own.render(wish)), warnings }),
  };
  const hosts = { resolve: async () => host, pinnedKeys: async () => [] };
  const context = fakeContext(fakeClock());
  const deploy = deployKong({ hosts, planner, gateway, deb: undefined });
  const apply = applyKongConfig({ hosts, planner, gateway });
  return {
    runs,
    connections: () => connections,
    deploy: (more: object = {}) => deploy.plan({ ...input, ...more }, context, { ...host, credentials: [] }),
    apply: (more: object = {}) => apply.plan({ ...input, ...more }, context, { ...host, credentials: [] }),
  };
}

describe('Kong as asked', () => {
  test('nothing is run, and the result says what there is', async () => {
    const { deploy, runs, connections } = kongOn();
    const plan = await deploy();
    expect(plan.preview.message).toBe('Kong 3.9.3 is as asked: nothing would be changed.');
    expect(await plan.apply(report)).toEqual({
      message: 'Kong 3.9.3 is as asked on instance eu-central-1/kong; nothing was changed.',
      result: {
        version: '3.9.3',
        proxy_urls: ['http://203.0.113.7', 'https://203.0.113.7'],
        config_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        difference: {},
        apps_ip: null,
        apps_ip_from: 'KONG_CONFIG',
      },
    });
    expect({ runs, connections: connections() }).toEqual({ runs: [], connections: 1 });
  });
});

test.each(['deploy', 'apply'] as const)('%s warns before and after, whether there is a change or not', async (call) => {
  const warned = /\. Warning: one thing\. Warning: another\.$/;
  for (const text of [configText('a'), configText('b')]) {
    const plan = await kongOn(text, {}, ['one thing', 'another'])[call]();
    expect(plan.preview.message).toMatch(warned);
    expect((await plan.apply(report)).message).toMatch(warned);
  }
});

describe('another configuration', () => {
  test.each(['deploy', 'apply'] as const)('%s tells the difference before and after', async (call) => {
    const kong = kongOn(configText('b'));
    const plan = await kong[call]();
    const difference = {
      services: { added: ['b-service'], removed: ['a-service'], changed: [] },
      routes: { added: ['b-service/b-route'], removed: ['a-service/a-route'], changed: [] },
    };
    expect(plan.preview).toMatchObject({
      message: 'Kong 3.9.3: 6 changes would be made.',
      result: { difference },
    });
    expect(await plan.apply(report)).toMatchObject({
      message: 'Kong 3.9.3 is ready on instance eu-central-1/kong, with this configuration loaded.',
      result: { difference },
    });
    expect(kong.runs).toHaveLength(1);
  });

  test('apps_ip is another configuration, another plan, and part of the result', async () => {
    const [without, here, there] = [{}, { apps_ip: '127.0.0.1' }, { apps_ip: '172.26.0.5' }].map((more) =>
      kongOn().apply(more),
    );
    expect((await here)?.hashed).toEqual((await without)?.hashed);
    expect((await there)?.hashed).not.toEqual((await without)?.hashed);
    expect((await there)?.preview.result).toMatchObject({
      apps_ip: '172.26.0.5',
      difference: { services: { added: [], removed: [], changed: ['a-service'] } },
    });
  });

  test('what the plan shows of it is a digest', async () => {
    const plan = await kongOn(configText('b')).apply();
    expect(JSON.stringify(plan.steps)).not.toContain('b-route');
    expect(JSON.stringify(plan.steps)).toContain('/etc/kong/kong.yml');
  });
});

describe('refused before anybody logs in', () => {
  test.each(['deploy', 'apply'] as const)('%s with a configuration that is no YAML', async (call) => {
    const kong = kongOn('services: [');
    await expect(kong[call]()).rejects.toMatchObject({
      code: 'kong_config_invalid',
      message: expect.stringContaining('/etc/ours/kong.yml is no YAML: line 1, column'),
    });
    expect(kong.connections()).toBe(0);
  });

  test('a version without a package', async () => {
    const kong = kongOn();
    await expect(kong.deploy({ version: '3.10.0' })).rejects.toMatchObject({
      code: 'version_unknown',
      message: 'There is no package of Kong 3.10.0; known: 3.9.3.',
      details: [{ path: '/version', message: '3.9.3' }],
    });
    expect(kong.connections()).toBe(0);
  });
});

test('a step back is refused with the field that asks for it', async () => {
  const newer = kongOn(undefined, { 'kong.package': { exit: 0, output: 'ii  3.9.10' } });
  await expect(newer.deploy({ version: '3.9.3' })).rejects.toMatchObject({
    code: 'invalid_request',
    hint: expect.stringContaining('apt-get remove kong'),
    details: [expect.objectContaining({ path: '/version' })],
  });
});

test('apply on a host without Kong says what to call first', async () => {
  const none = kongOn(undefined, { 'kong.package': { exit: 1, output: '' } });
  await expect(none.apply()).rejects.toMatchObject({
    code: 'app_not_found',
    hint: expect.stringContaining('POST /services/deploy-kong'),
  });
});
