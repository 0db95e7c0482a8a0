import { expect, test } from 'vitest';
import { readCommittedStack } from '../../tools/committed-stack.ts';
import { imageSummary } from '../../tools/image-summary.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

const summary = (name: string, image: string, api = 'http://localhost:8000') =>
  imageSummary({ name, image, own: 2_400_000, total: 81_000_000, api });

test('the summary shows the digest, the sizes, and one line that deploys exactly that image', async () => {
  const image = `ghcr.io/someone/story-factory-api@${digest}`;
  const text = await summary('story-factory-api', image);
  expect(text).toContain(`| story-factory-api | \`${digest}\` | 81.0 MB | 2.4 MB |`);
  const [, url, body = ''] =
    /```sh\ncurl --fail-with-body -X POST "(\S+)" -H "Content-Type: application\/json" -d '(.*)'\n```/.exec(text) ?? [];
  expect(url).toBe('http://localhost:8000/services/deploy-docker-app');
  const { instances, region, key_pair } = (await readCommittedStack()).manifest;
  expect(JSON.parse(body)).toEqual({
    instance_name: instances.apps.name,
    region,
    ssh_key_path: `${region}-${key_pair}`,
    app: 'story-factory-api',
    docker_image: image,
  });
});

test('the control API is where its reader has it', async () => {
  const text = await summary(
    'story-factory-api',
    `ghcr.io/someone/story-factory-api@${digest}`,
    'http://127.0.0.1:9999',
  );
  expect(text).toContain('"http://127.0.0.1:9999/services/deploy-docker-app"');
});

test('the digest can be put in once it is known', async () => {
  const later = await summary('story-factory-api', 'ghcr.io/someone/story-factory-api@DIGEST');
  const now = await summary('story-factory-api', `ghcr.io/someone/story-factory-api@${digest}`);
  expect(later.replaceAll('DIGEST', digest)).toBe(now);
});

test.each(['http://localhost:8000/"; rm -rf ~; "', 'localhost:8000', 'http://$(id)', 'file:///etc'])(
  'there is no line for a control API at %s',
  async (api) => {
    const made = summary('story-factory-api', `ghcr.io/someone/story-factory-api@${digest}`, api);
    await expect(made).rejects.toThrow('is no address of a control API');
  },
);

test('the control API’s own image is pulled: it refuses to deploy itself', async () => {
  const image = `ghcr.io/someone/fountainai-control@${digest}`;
  expect(await summary('fountainai-control', image)).toContain(`\ndocker pull ${image}\n`);
});

test.each([
  ['an image by a tag', 'story-factory-api', 'ghcr.io/someone/story-factory-api:1.0.0'],
  ['what would end the quotes', 'story-factory-api', `ghcr.io/some'one/story-factory-api@${digest}`],
  ['an app without a manifest', 'no-such-app', `ghcr.io/someone/no-such-app@${digest}`],
])('there is no line for %s', async (_what, name, image) => {
  await expect(summary(name, image)).rejects.toThrow(/by its digest|has no manifest/);
});
