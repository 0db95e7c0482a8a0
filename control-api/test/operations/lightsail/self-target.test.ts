import { expect, test } from 'vitest';
import { AppError } from '../../../src/lib/errors.ts';
import { deleteInstanceOperation } from '../../../src/operations/lightsail/delete-instance.ts';
import { sparingOwnInstance } from '../../../src/operations/lightsail/self-target.ts';
import type { OwnContainer } from '../../../src/services/own-container.ts';
import type { HostKey } from '../../../src/services/ssh.ts';
import { fakeContext, instance } from '../cloud-fakes.ts';
import { modelLightsail } from './model-lightsail.ts';

const ours: HostKey = { algorithm: 'ssh-ed25519', publicKey: 'ours' };
const another: HostKey = { algorithm: 'ssh-ed25519', publicKey: 'another' };
const inContainer = { id: 'a'.repeat(64), hostAddresses: ['127.0.0.1', '172.18.0.1'] };

/** What delete-instance answers of an instance with the key `ours`, where the addresses around us show these keys. */
async function deletion(shown: Record<string, HostKey>, own: OwnContainer | null = inContainer, there = true) {
  const model = modelLightsail(there ? [instance()] : []);
  const asked: unknown[] = [];
  const ssh = {
    async presentedHostKey(at: { host: string }) {
      asked.push(at);
      const key = shown[at.host];
      if (!key) throw new AppError('host_unreachable');
      return { ...key, fingerprint: 'SHA256:x' };
    },
  };
  const { lightsail, clock } = model;
  const spare = sparingOwnInstance({
    own: own ?? undefined,
    lightsail,
    hosts: { pinnedKeys: async () => [ours] },
    ssh,
    sshPort: 2222,
  });
  const pins = { forget: async () => {} };
  const operation = spare(deleteInstanceOperation({ lightsail, clock, pollMs: 2000, pins }));
  const input = { instance_name: 'apps', region: 'eu-central-1', confirm: 'apps' };
  const context = fakeContext(clock);
  const plan = operation.plan(input, context, await operation.target(input, context));
  const answer = await plan.then(
    ({ preview }) => preview.message,
    (error: AppError) => `${error.code}: ${error.message}`,
  );
  return { answer, asked };
}

const refusal = 'self_target: This control API runs on the instance eu-central-1/apps.';

test('the instance whose key the machine around the container shows is refused, at its loopback or as the gateway', async () => {
  const { answer, asked } = await deletion({ '172.18.0.1': ours });
  expect(answer).toBe(refusal);
  expect(asked).toEqual([
    { host: '127.0.0.1', port: 2222, among: [ours] },
    { host: '172.18.0.1', port: 2222, among: [ours] },
  ]);
  expect((await deletion({ '127.0.0.1': ours, '172.18.0.1': another })).answer).toBe(refusal);
});

test('another instance is planned: of a machine with another key, or where nothing answers', async () => {
  expect((await deletion({ '172.18.0.1': another })).answer).toContain('apps would be deleted');
  expect((await deletion({})).answer).toContain('apps would be deleted');
});

test('an instance that is not there asks nobody', async () => {
  const { answer, asked } = await deletion({ '172.18.0.1': ours }, inContainer, false);
  expect([answer, asked]).toEqual([expect.stringContaining('is not there'), []]);
});

test('outside a container nobody is asked', async () => {
  const { answer, asked } = await deletion({ '127.0.0.1': ours }, null);
  expect([answer, asked]).toEqual([expect.stringContaining('apps would be deleted'), []]);
});
