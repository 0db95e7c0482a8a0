import { expect, test } from 'vitest';
import { applyKongConfigBodySchema, deployKongBodySchema } from '../../src/schemas/kong.ts';

const host = { instance_ip: '5.6.7.8', ssh_key_path: '/path/to/ssh_key' };

test('the source document’s body is whole', () => {
  expect(deployKongBodySchema.parse(host)).toEqual(host);
  expect(applyKongConfigBodySchema.parse(host)).toEqual(host);
});

test('what else may be sent', () => {
  const more = { apps_ip: '172.26.0.5', reason: 'moved', region: 'eu-central-1' };
  expect(applyKongConfigBodySchema.parse({ ...host, ...more })).toEqual({ ...host, ...more });
  expect(deployKongBodySchema.parse({ ...host, ...more, version: '3.9.3' })).toMatchObject({ version: '3.9.3' });
});

test.each<[object, string, string]>([
  [{ version: '3.9' }, 'version', 'no version'],
  [{ version: '3.9.3; reboot' }, 'version', 'no version'],
  [{ version: 3 }, 'version', ''],
  [{ apps_ip: '172.26.0' }, 'apps_ip', 'no IPv4 address'],
  [{ apps_ip: 'apps.example' }, 'apps_ip', 'no IPv4 address'],
  [{ apps_ip: '::1' }, 'apps_ip', 'no IPv4 address'],
  [{ apps_ip: '0.0.0.0' }, 'apps_ip', 'a host can have'],
  [{ apps_ip: '169.254.1.1' }, 'apps_ip', 'a host can have'],
  [{ apps_ip: '224.0.0.1' }, 'apps_ip', 'a host can have'],
  [{ apps_ip: '' }, 'apps_ip', 'no IPv4 address'],
  [{ config: 'services: []' }, '', 'Unrecognized key'],
  [{ instance_ip: undefined }, 'instance_ip', 'is missing'],
])('%j is refused', (fields, path, says) => {
  const { error } = deployKongBodySchema.safeParse({ ...host, ...fields });
  expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  expect(error?.issues.map(({ message }) => message).join()).toContain(says);
});

test('a version goes with the package, so apply-kong-config takes none', () => {
  expect(applyKongConfigBodySchema.safeParse({ ...host, version: '3.9.3' }).success).toBe(false);
});
