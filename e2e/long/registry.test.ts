import { afterEach, expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { makeHost, putImage, type TestHost } from '../test/hosts.ts';
import { shareWorld } from '../test/shared-world.ts';

const world = shareWorld();
const images = () => world().sandbox.control.images;

afterEach(() => images()?.setFault(null));

/** The first deploy on a host finds out by the pull, a later one by asking the registry: both must tell the same. */
async function twice(name: string, check: (host: TestHost) => Promise<void>): Promise<void> {
  await check(await makeHost(world(), `${name}-fresh`));
  const ready = await makeHost(world(), `${name}-ready`);
  expectSuccess(await ready.deploy({ docker_image: 'ghcr.io/user/repo/my-app:latest' }), true);
  const before = await ready.see('docker-apps');
  await check(ready);
  expect((await ready.see('docker-apps')).body.apps[0].releases).toEqual(before.body.apps[0].releases);
}

const credentials = { username: 'reader', token: 'the right token' };

test.each<[what: string, name: string, fields: object, message: RegExp]>([
  [
    'the login is refused',
    'login',
    { docker_image: 'ghcr.io/e2e/private:1', registry_username: 'reader', registry_token: 'wrong' },
    /refused the login of reader/,
  ],
  ['the tag is absent', 'tag', { docker_image: 'ghcr.io/e2e/public:nine' }, /has no tag "nine"/],
  [
    'there is no such package, or the scope is missing',
    'package',
    { docker_image: 'ghcr.io/e2e/nothing:1', registry_username: 'reader', registry_token: 'the right token' },
    /read:packages|no such package/,
  ],
  ['it is private', 'private', { docker_image: 'ghcr.io/e2e/private:1' }, /without a login/],
])('%s', async (_, name, fields, message) => {
  putImage(world(), 'private:1', { credentials });
  putImage(world(), 'public:1');
  await twice(name, async (host) => {
    const answer = await host.deploy(fields);
    expectFailure(answer, 502, 'registry_denied');
    expect(answer.body.message).toMatch(message);
  });
});

test('the right login goes through, and repeats without a change', async () => {
  const docker_image = putImage(world(), 'secret:1', { credentials });
  const host = await makeHost(world(), 'let-in');
  const login = { registry_username: credentials.username, registry_token: credentials.token };
  expectSuccess(await host.deploy({ docker_image, ...login }), true);
  expectSuccess(await host.deploy({ docker_image, ...login }), false);
});

test('an image that is built for another architecture', async () => {
  const docker_image = putImage(world(), 'arm:1', { architectures: ['arm64'] });
  await twice('arm', async (host) => {
    const answer = await host.deploy({ docker_image });
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toContain('amd64');
    expect(answer.body.hint).toContain('linux/amd64');
  });
});

test('an index with several architectures', async () => {
  const docker_image = putImage(world(), 'both:1', { architectures: ['amd64', 'arm64'] });
  const host = await makeHost(world(), 'both');
  expectSuccess(await host.deploy({ docker_image }), true);
  expectSuccess(await host.deploy({ docker_image }), false);
});

test('the registry away: in the way of a tag, not of a digest that is there', async () => {
  const docker_image = putImage(world(), 'away:1');
  const host = await makeHost(world(), 'away');
  const { body } = await host.deploy({ docker_image });
  images()?.setFault({ type: 'unreachable' });
  const byTag = await host.deploy({ docker_image });
  expectFailure(byTag, 502, 'registry_unreachable');
  expect(byTag.body.message).toContain('ghcr.io');
  const byDigest = { docker_image: `ghcr.io/e2e/away@${body.result.digest}` };
  expect((await host.deploy(byDigest)).body).toMatchObject({ status: 'success' });
  expectSuccess(await host.deploy(byDigest), false);
});

test('a tag that was moved: the next deploy takes what it names now', async () => {
  const docker_image = putImage(world(), 'moved:latest', { sizeMb: 60 });
  const host = await makeHost(world(), 'moved');
  const first = await host.deploy({ docker_image });
  expectSuccess(await host.deploy({ docker_image }), false);
  putImage(world(), 'moved:latest', { sizeMb: 61 });
  const second = await host.deploy({ docker_image });
  expectSuccess(second, true);
  expect(second.body.result.digest).not.toBe(first.body.result.digest);
});

test('a limit of pulls is told as such', async () => {
  images()?.setFault({ type: 'rate_limited' });
  const answer = await (await makeHost(world(), 'limited')).deploy({ docker_image: 'ghcr.io/user/repo/my-app:latest' });
  expectFailure(answer, 502, 'registry_denied');
  expect(answer.body.message).toContain('rate limit');
});
