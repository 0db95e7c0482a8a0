import { expect, test } from 'vitest';
import type { Instance } from '../../src/schemas/lightsail.ts';
import { web } from '../web-fakes.ts';

const region = 'eu-central-1';
const host = 'instance_ip=9.10.11.12&ssh_key_path=/path/to/ssh_key';

const instance: Instance = {
  name: 'apps',
  arn: 'arn:aws:lightsail:eu-central-1:111122223333:Instance/x',
  created_at: '2026-11-21T10:00:00.000Z',
  region,
  availability_zone: 'eu-central-1a',
  blueprint_id: 'debian_12',
  bundle_id: 'micro_3_0',
  state: 'running',
  public_ip: null,
  is_static_ip: false,
  private_ip: '172.26.0.5',
  username: 'admin',
  ram_mb: 1024,
  disk_gb: 40,
  key_pair_name: null,
  ip_address_type: 'dualstack',
  tags: {},
  monthly_usd: 7,
};

test('a GET passes its question on and answers what it was told', async () => {
  const asked: unknown[] = [];
  const tell = <T>(answer: T) => {
    return async (...question: unknown[]) => {
      asked.push(question);
      return answer;
    };
  };
  const readiness = { instance_name: 'apps', region, ready: false, ladder: [] };
  const logs = { name: 'my-app', lines: ['2026-11-21T10:00:00Z up'] };
  const app = await web({
    reads: {
      instances: tell([instance]),
      instance: tell(instance),
      readiness: tell(readiness),
      dockerApps: tell([]),
      logs: tell(logs),
    },
  });
  const get = async (url: string) => (await app.inject(url)).json();

  expect(await get(`/aws/lightsail/instances?region=${region}`)).toEqual({ instances: [instance] });
  expect(await get(`/aws/lightsail/instances/apps?region=${region}`)).toEqual(instance);
  expect(await get(`/aws/lightsail/instances/apps/readiness?region=${region}&ssh_key_path=/k`)).toEqual(readiness);
  expect(await get(`/services/docker-apps?${host}&ssh_port=2222`)).toEqual({ apps: [] });
  expect(await get(`/services/logs?${host}&name=my-app&lines=5`)).toEqual(logs);
  expect(asked).toEqual([
    [region],
    [region, 'apps'],
    [{ instance_name: 'apps', region, ssh_key_path: '/k' }],
    [expect.objectContaining({ instance_ip: '9.10.11.12', ssh_key_path: '/path/to/ssh_key', ssh_port: 2222 })],
    [expect.objectContaining({ name: 'my-app', lines: 5 })],
  ]);
});

test.each([
  ['/aws/lightsail/instances', '/region'],
  ['/aws/lightsail/instances?region=frankfurt', '/region'],
  ['/aws/lightsail/instances?region=eu-central-1&x=1', '/x'],
  ['/aws/lightsail/instances/a%20b?region=eu-central-1', '/instance_name'],
  ['/services/logs?instance_ip=169.254.169.254&ssh_key_path=/k&name=my-app', '/instance_ip'],
  [`/services/logs?${host}&name=my-app&lines=0`, '/lines'],
  ['/operations?limit=1000', '/limit'],
  ['/operations?status=done', '/status'],
])('GET %s is refused for %s', async (url, path) => {
  const answer = await (await web()).inject(url);
  expect(answer.statusCode).toBe(400);
  expect(answer.json().details[0].path).toBe(path);
});
