import { expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { makeHost, putImage, stepsToRun, type TestHost } from '../test/hosts.ts';
import { shareWorld } from '../test/shared-world.ts';
import type { Answer } from '../world.ts';

const world = shareWorld();

interface Act {
  call(dryRun?: 'dry run'): Promise<Answer>;
  /** Whether the host is as it should be now. */
  check(): Promise<void>;
}

/**
 * The connection is cut in the midst of step `at`, which ends by itself or is killed; then the same call is made again and
 * again: it finishes, and finds nothing more to do.
 */
async function interrupt(host: TestHost, at: number, kill: boolean, { call, check }: Act): Promise<void> {
  await host.play({ type: 'hang_up', step: at, kill });
  const cut = await call();
  expectFailure(cut, 502, 'connection_lost');
  const where = `${kill ? 'killed' : 'cut'} in step ${at}: ${cut.body.steps.at(-1)?.name}`;
  expect(await operation(cut), where).toMatchObject({ status: 'interrupted' });
  const again = await call();
  expect(again, where).toMatchObject({ status: 200, body: { status: 'success' } });
  await check();
  const third = await call();
  expect(third, where).toMatchObject({ status: 200, body: { status: 'success', changed: false } });
  expect(stepsToRun(third), where).toEqual([]);
}

async function operation({ body }: Answer) {
  return (await world().api.get(`/operations/${body.operation_id}`)).body;
}

/** Each step, cut and then killed; `makeAct` prepares the host for the n-th time. */
async function interruptEach(host: TestHost, makeAct: (turn: number) => Promise<Act>, atLeast: number): Promise<void> {
  for (let turn = 0, steps = 1; turn < 2 * steps; turn++) {
    const act = await makeAct(turn);
    if (turn === 0) steps = stepsToRun(await act.call('dry run')).length;
    expect(steps).toBeGreaterThanOrEqual(atLeast);
    await interrupt(host, Math.floor(turn / 2), turn % 2 === 1, act);
  }
}

const app = (docker_image: string) => ({
  ...{ docker_image, name: 'app', ports: [8080], volumes: ['data:/data'], env: { A: '1' } },
  secret_env: { KEY: 'a secret' },
});

function deployment(host: TestHost, image: string): Act {
  return {
    call: (dryRun) => host.deploy(app(image), dryRun),
    check: () => expectRunning(host, image),
  };
}

async function expectRunning(host: TestHost, image: string): Promise<void> {
  const { body } = await host.see('docker-apps');
  expect(body.apps).toHaveLength(1);
  expect(body.apps[0]).toMatchObject({ name: 'app', state: 'running' });
  const running = body.apps[0].releases.filter((release: { running: boolean }) => release.running);
  expect(running).toMatchObject([{ image }]);
  expect(body.apps[0].image).toContain(running[0].digest);
}

test.each([
  ['cut', false],
  ['killed', true],
])('the first deploy on a fresh host, %s in each step', async (word, kill) => {
  const image = putImage(world(), 'first:1');
  const fresh = await makeHost(world(), `${word}-fresh`);
  const steps = stepsToRun(await fresh.deploy(app(image), 'dry run')).length;
  expect(steps).toBeGreaterThan(12);
  await Promise.all(
    [...Array(steps).keys()].map(async (at) => {
      const host = await makeHost(world(), `${word}-${at}`);
      await interrupt(host, at, kill, deployment(host, image));
    }),
  );
});

test('the deploy of another version, in each step', async () => {
  const host = await makeHost(world(), 'second');
  expectSuccess(await host.deploy(app(putImage(world(), 'second:first'))), true);
  await interruptEach(host, async (turn) => deployment(host, putImage(world(), `second:${turn}`)), 7);
});

test('a rollback, in each step', async () => {
  const host = await makeHost(world(), 'back');
  const images = [putImage(world(), 'back:0'), putImage(world(), 'back:1')] as const;
  for (const image of images) expectSuccess(await host.deploy(app(image)), true);
  const { body } = await host.see('docker-apps');
  const digestOf = (image: string): string =>
    body.apps[0].releases.find((release: { image: string }) => release.image === image).digest;
  const act = async (turn: number): Promise<Act> => {
    const image = images[turn % 2] as string;
    return {
      call: (dryRun) => host.act('rollback', { name: 'app', to: digestOf(image) }, dryRun),
      check: () => expectRunning(host, image),
    };
  };
  await interruptEach(host, act, 3);
});

test('a release that takes over on the other port, by a deploy or a rollback, cut or killed in each step', async () => {
  const host = await makeHost(world(), 'beside');
  const wish = (image: string) => ({ ...app(image), ports: [8101, 8201], container_port: 8080, memory_mb: 64 });
  const images = [putImage(world(), 'beside:0'), putImage(world(), 'beside:1')] as const;
  for (const image of images) expectSuccess(await host.deploy(wish(image)), true);
  const { releases } = (await host.see('docker-apps')).body.apps[0];
  const to = releases.find((release: { image: string }) => release.image === images[0]).id;
  const back: Act = {
    call: (dryRun) => host.act('rollback', { name: 'app', to }, dryRun),
    check: () => expectRunning(host, images[0]),
  };
  const forth: Act = {
    call: (dryRun) => host.deploy(wish(images[1]), dryRun),
    check: () => expectRunning(host, images[1]),
  };
  for (let at = 0, steps = 1; at < steps; at++) {
    const act = at % 2 === 0 ? back : forth;
    if (at === 0) steps = stepsToRun(await act.call('dry run')).length;
    await interrupt(host, at, at % 4 > 1, act);
  }
});

test('a removal, in each step', async () => {
  const host = await makeHost(world(), 'gone');
  const image = putImage(world(), 'gone:1');
  const act = async (): Promise<Act> => {
    expectSuccess(await host.deploy(app(image)), true);
    return {
      call: (dryRun) => host.act('remove', { name: 'app', confirm: 'app' }, dryRun),
      async check() {
        expect((await host.see('docker-apps')).body.apps).toEqual([]);
      },
    };
  };
  await interruptEach(host, act, 2);
});
