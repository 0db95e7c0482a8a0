import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ControlApi } from '../world.ts';
import { describeMachines, say } from './machines-sandbox.ts';
import { deployBody, gist, openRollout, type Rollout, type ShownStep } from './rollout-world.ts';

describeMachines('a deployment that is interrupted', () => {
  let world: Rollout;

  beforeAll(async () => {
    world = await openRollout(241);
  });
  afterAll(() => world?.stop());

  const cutInStep = (step: number, kill: boolean) =>
    world.sandbox.control.setHostFaults('apps', [{ type: 'hang_up', step, kill }]);

  /** Steps that were done stay done, so the next call has the next one; where the same one comes first again, it goes one further. */
  test('the connection is cut in each step of a first deployment: the same call, made again, ends it', async () => {
    const cut = new Set<string>();
    let step = 0;
    for (let calls = 0; calls < 80; calls++) {
      await cutInStep(step, false);
      const answer = await world.deploy('1.0');
      if (answer.status === 200) break;
      // The step that was cut still runs, and holds the host's lock for longer than a call waits.
      if (answer.body.code === 'target_locked') continue;
      expect(gist(answer)).toMatchObject({ status: 502, code: 'connection_lost' });
      const name = (answer.body.steps as ShownStep[]).find(({ outcome }) => outcome === 'unknown')?.name ?? '';
      step = cut.has(name) ? step + 1 : 0;
      cut.add(name);
    }
    say(`a first deployment was cut in: ${[...cut].join(', ')}`);
    // Which step a cut hit is known as far as its beginning was told before.
    expect(cut.size).toBeGreaterThan(5);
    await world.sandbox.control.setHostFaults('apps', []);
    expect(await world.page()).toContain('version 1.0');
    expect(gist(await world.deploy('1.0'))).toMatchObject({ status: 200, changed: false });
  });

  for (let step = 0; step < 8; step++) {
    const version = step % 2 === 0 ? '1.1' : '1.0';

    test(`cut and killed in step ${step} of a change to ${version}`, async () => {
      await cutInStep(step, true);
      const answer = await world.deploy(version);
      if (answer.status !== 200) expect(gist(answer)).toMatchObject({ status: 502, code: 'connection_lost' });
      await world.sandbox.control.setHostFaults('apps', []);
      await finish(version);
    });

    test(`kill -9 of the control API in step ${step} of a change, and the same call to the next one`, async () => {
      const back = version === '1.0' ? '1.1' : '1.0';
      await killInStep(world.api, deployBody(world, back), step);
      world.api = await world.startApi();
      const { operations } = (await world.api.get('/operations?limit=1')).body;
      expect(['interrupted', 'succeeded']).toContain(operations[0].status);
      await finish(back);
    });
  }

  async function finish(version: string): Promise<void> {
    expect(gist(await world.deploy(version))).toMatchObject({ status: 200 });
    expect(await world.page()).toContain(`version ${version}`);
    expect(await world.sudo("docker ps --all --format '{{.Names}}'")).toBe('hello\n');
    expect(gist(await world.deploy(version))).toMatchObject({ status: 200, changed: false });
  }
});

/** Starts a deployment and kills the control API when the `step`-th of its steps has begun, or when it has ended before. */
async function killInStep(api: ControlApi, body: object, step: number): Promise<void> {
  const { body: accepted } = await api.post('/services/deploy-docker-app', body, { prefer: 'respond-async' });
  const { body: events } = await fetch(`${api.baseUrl}/operations/${accepted.operation_id}/events`);
  let text = '';
  for await (const chunk of events ?? []) {
    text += Buffer.from(chunk).toString();
    if ((text.match(/"outcome":"running"/g)?.length ?? 0) > step) break;
  }
  await api.end('SIGKILL');
}
