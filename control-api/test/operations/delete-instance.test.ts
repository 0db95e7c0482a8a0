import { describe, expect, test } from 'vitest';
import { deleteInstanceOperation } from '../../src/operations/delete-instance.ts';
import { fakeContext, instance, perform } from './cloud-fakes.ts';
import { modelLightsail, staticIp } from './model-lightsail.ts';

function setUp(...rows: Parameters<typeof modelLightsail>) {
  const model = modelLightsail(...rows);
  const forgotten: string[] = [];
  const pins = { forget: async (region: string, name: string) => void forgotten.push(`${region}/${name}`) };
  const operation = deleteInstanceOperation({ ...model, pollMs: 2000, pins });
  const body = { instance_name: 'apps', region: 'eu-central-1', confirm: 'apps' };
  const run = (more: { confirm?: string } = {}) => perform(operation, { ...body, ...more }, fakeContext(model.clock));
  return { model, run, forgotten };
}

test.each([undefined, 'Apps', ''])('wants the exact name, and got %j', async (confirm) => {
  const { run, model } = setUp([instance()]);
  await expect(run({ confirm: confirm as string })).rejects.toMatchObject({
    code: 'confirm_required',
    message: 'This deletes apps with all that is on it: send "confirm": "apps".',
  });
  expect(model.sent).toEqual([]);
});

test('waits until it is gone, and forgets its keys', async () => {
  const { run, model, forgotten } = setUp([instance()]);
  const { outcomes, message } = await run();
  expect(outcomes).toEqual({ 'Delete apps': 'changed', 'Wait until it is gone': 'verified' });
  expect(message).toBe('apps was deleted.');
  expect(model.instances).toEqual([]);
  expect(forgotten).toEqual(['eu-central-1/apps']);
});

test('names the static IP that is idle from now on, and its price', async () => {
  const { run } = setUp([instance()], [staticIp({ attached_to: 'apps' }), staticIp({ name: 'another' })]);
  const { message, plan } = await run();
  const word = 'Its static IP fixed (198.51.100.7) stays, idle: that costs 3.65 USD a month until release-static-ip.';
  expect(message).toBe(`apps was deleted. ${word}`);
  expect(plan.preview.message).toBe(`apps would be deleted with all that is on it. ${word}`);
});

describe('changes nothing', () => {
  test('when it is gone, but forgets keys that a call that was cut off left', async () => {
    const { run, model, forgotten } = setUp([]);
    const { outcomes, message } = await run();
    expect(outcomes).toEqual({ 'Delete apps': 'unchanged' });
    expect(message).toBe('apps is not there, nothing was changed.');
    expect(model.sent).toEqual([]);
    expect(forgotten).toEqual(['eu-central-1/apps']);
  });

  test('when it is going already, and waits', async () => {
    const { run, model } = setUp([instance({ state: 'shutting-down' })]);
    expect((await run()).outcomes).toEqual({ 'Delete apps': 'unchanged', 'Wait until it is gone': 'verified' });
    expect(model.sent).toEqual([]);
  });

  test('when another was faster', async () => {
    const { run, model } = setUp([instance()]);
    model.meanwhile = () => {
      model.instances = [];
    };
    const { outcomes, message } = await run();
    expect(outcomes['Delete apps']).toBe('unchanged');
    expect(message).toBe('apps is gone, nothing was changed.');
  });
});

test('another of the same name is another one', async () => {
  const { run, model } = setUp([instance()]);
  model.meanwhile = () => {
    model.instances = [instance({ created_at: '2026-11-21T11:00:00.000Z', state: 'shutting-down' })];
  };
  expect((await run()).message).toMatch(/^apps is gone/);
});

describe('a failure', () => {
  test('of AWS after it took the call is told', async () => {
    const { run, model, forgotten } = setUp([instance()]);
    model.stuck = true;
    model.failure = 'Internal: oops';
    const { error } = await run();
    expect(error).toMatchObject({
      code: 'aws_error',
      message: 'apps is shutting-down: AWS could not do it: Internal: oops.',
    });
    expect(forgotten).toEqual([]);
  });

  test('to answer is no failure to delete', async () => {
    const { run, model } = setUp([instance()]);
    model.faults = { DeleteInstance: ['lost'] };
    expect((await run()).outcomes['Delete apps']).toBe('changed');
    expect(model.sent).toEqual(['DeleteInstance apps']);
  });
});
