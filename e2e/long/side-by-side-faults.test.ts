import { afterEach, describe, expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { makeHost, putImage, type TestHost } from '../test/hosts.ts';
import { shareWorld } from '../test/shared-world.ts';
import type { Answer, ControlApi } from '../world.ts';

/** An app with two ports whose next release is kept away by its registry, or by another deploy. */
const world = shareWorld();
const images = () => world().sandbox.control.images;
afterEach(() => images()?.setFault(null));

const hello = new URL('../../sandbox/images/hello/server.ts', import.meta.url).pathname;
const ports = [8101, 8201];
const two = (docker_image: string) => ({
  ...{
    docker_image,
    name: 'app',
    ports,
    container_port: 8080,
    memory_mb: 64,
    publish: 'public',
    health_path: '/health',
  },
});
const see = async (host: TestHost) => (await host.see('docker-apps')).body.apps;
const commandLines = ({ name }: TestHost) => world().sandbox.control.observed(name)?.commandLines ?? [];

/** What each of the two ports answers; '' where nobody listens. */
const said = ({ ip }: TestHost) =>
  Promise.all(
    ports.map((port) =>
      fetch(`http://${ip}:${port}/`).then(
        (response) => response.text(),
        () => '',
      ),
    ),
  );

describe('a pull that is denied', () => {
  const image = 'ghcr.io/fountain/hello';

  test.each([
    ['by its tag, which the registry is asked for', 'tag'],
    ['by its digest, which nobody asks for before the pull', 'digest'],
  ])('of a release named %s: told, and the one before serves on, untouched', async (_, how) => {
    const host = await makeHost(world(), `denied-${how}`);
    const other = await makeHost(world(), `known-${how}`);
    const { digest } = (await other.deploy(two(`${image}:1.1`))).body.result;
    const next = two(how === 'tag' ? `${image}:1.1` : `${image}@${digest}`);
    expectSuccess(await host.deploy(two(`${image}:1.0`)), true);
    const [before, lines] = [await see(host), commandLines(host).length];

    images()?.setFault('denied');
    for (const _ of ['once', 'and again']) {
      const answer = await host.deploy(next);
      expectFailure(answer, 502, 'registry_denied');
      expect(answer.body.message).toContain(image);
      expect(await said(host)).toEqual(['Hello from fountain/hello 1.0\n', '']);
    }
    expect(await see(host)).toEqual(before.map((app: object) => ({ ...app, status: expect.stringMatching(/^Up/) })));
    expect(commandLines(host).slice(lines).join('\n')).not.toMatch(/docker (stop|rename|restart|kill|rm|run|start) /);

    images()?.setFault(null);
    expectSuccess(await host.deploy(next), true);
    expect(await said(host)).toEqual(['', 'Hello from fountain/hello 1.1\n']);
  });
});

describe('two deploys of one app at once', () => {
  /** An image that says its tag. */
  const put = (tag: string) =>
    putImage(world(), tag, { exposedPorts: [8080], process: { command: ['node', hello, tag] } });

  /** One release alone runs, under the app's name, on one of the ports; nothing is left of another. */
  async function expectOne(host: TestHost, image: string, again = () => host.deploy(two(image))): Promise<void> {
    const apps = await see(host);
    expect(apps).toMatchObject([{ name: 'app', state: 'running', status: expect.not.stringContaining('interrupted') }]);
    const running = apps[0].releases.filter((release: { running: boolean }) => release.running);
    expect(running).toMatchObject([{ image }]);
    expectSuccess(await again(), false);
    const tag = image.slice(image.lastIndexOf('/') + 1);
    expect((await said(host)).toSorted()).toEqual(['', `Hello from fountain/hello ${tag}\n`]);
  }

  test('by one control API: one is done, the other is told which is at work, and does its own afterwards', async () => {
    const host = await makeHost(world(), 'at-once');
    expectSuccess(await host.deploy(two(put('at-once:0'))), true);
    const wanted = ['at-once:1', 'at-once:2'].map(put);
    const answers = await Promise.all(wanted.map((image) => host.deploy(two(image))));
    const at = answers.findIndex(({ status }) => status === 200);
    const [done, refused] = [answers[at], answers[1 - at]] as [Answer, Answer];
    expectSuccess(done, true);
    expectFailure(refused, 409, 'target_locked');
    expect(refused.body.details).toMatchObject([{ operation_id: done.body.operation_id }]);
    await expectOne(host, wanted[at] ?? '');
    expectSuccess(await host.deploy(two(wanted[1 - at] ?? '')), true);
    await expectOne(host, wanted[1 - at] ?? '');
  });

  test('the same one: both get one answer', async () => {
    const host = await makeHost(world(), 'twins');
    expectSuccess(await host.deploy(two(put('twins:0'))), true);
    const image = put('twins:1');
    const answers = await Promise.all([1, 2].map(() => host.deploy(two(image))));
    for (const answer of answers) expectSuccess(answer, true);
    expect(answers[0]?.body.operation_id).toBe(answers[1]?.body.operation_id);
    await expectOne(host, image);
  });

  test('by two control APIs, which know nothing of each other: the host lets one work, and the other wait or go', async () => {
    const host = await makeHost(world(), 'two-apis');
    expectSuccess(await host.deploy(two(put('two-apis:0'))), true);
    const apis = [world().api, await world.anotherApi()];
    const wanted = ['two-apis:1', 'two-apis:2'].map(put);
    const send = (api: ControlApi, at: number) =>
      api.post('/services/deploy-docker-app', { ...host.naming, ...two(wanted[at] ?? '') });
    const answers = await Promise.all(apis.map(send));
    for (const answer of answers.filter(({ status }) => status !== 200)) expectFailure(answer, 409, 'target_locked');
    const [app] = await see(host);
    const at = wanted.indexOf(app.releases.find(({ running }: { running: boolean }) => running).image);
    expectSuccess(answers[at] as Answer, true);
    await expectOne(host, wanted[at] ?? '', () => send(apis[at] as ControlApi, at));
  });
});
