import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCommittedStack } from '../../tools/committed-stack.ts';
import { owner } from '../demo/stack.ts';
import { buildAndPush } from '../story-images.ts';
import { type Job, readWorkflow } from '../workflows.ts';
import { createInstance, openWorld, type World } from '../world.ts';
import { attest } from './attested-index.ts';
import { describeMachines, say } from './machines-sandbox.ts';
import { openJob, type Values } from './workflow-run.ts';

const root = new URL('../../', import.meta.url).pathname;
const base = 'node:24-slim';
const control = 'fountainai-control';
const services = globSync('app-services/*/src/server.ts', { cwd: root }).map((file) => file.split('/')[1] ?? '');
const names = [...services, control];

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program of this repository as the workflow does. */
const run = (words: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  promisify(execFile)(words[0] ?? '', words.slice(1), { cwd: root, env: { ...process.env, ...env } }).then(
    (said) => ({ code: 0, ...said }),
    (failed: Ran) => failed,
  );

async function must(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(words);
  if (code !== 0) throw new Error(`${words.join(' ')}: ${code}: ${stdout}${stderr}`);
  return stdout;
}

/** What images.yml does, step for step, with this computer's engine and the machines' registry in place of GitHub's. */
describeMachines('the images of images.yml, from a push to the call that deploys them', () => {
  let world: World & { stop(): Promise<void> };
  let folder: string;
  let pushTo: string;
  /** By its name, the tag of an image in this engine. */
  const built = new Map<string, string>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'images-'));
    world = await openWorld({ settings: { machines: true, sshPort: 22, addressRange: 247 } });
    pushTo = String(world.sandbox.control.images?.pushTo);
    const started = performance.now();
    await buildAndPush(pushTo);
    say(`${names.length} images built and pushed: ${((performance.now() - started) / 1000).toFixed(0)} s`);
    const listed = await must('docker', 'image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', `${pushTo}/${owner}/*`);
    for (const tag of listed.trim().split('\n'))
      built.set(tag.slice(`${pushTo}/${owner}/`.length).split(':')[0] ?? '', tag);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await world?.stop();
  });

  const imageOf = (name: string) => built.get(name) ?? '';

  /** An image made from a good one by what a Dockerfile says. */
  async function spoilt(from: string, ...lines: string[]): Promise<string> {
    writeFileSync(join(folder, 'Dockerfile'), [`FROM ${imageOf(from)}`, ...lines, ''].join('\n'));
    await must('docker', 'build', '--quiet', '--tag', 'fountain/spoilt', folder);
    return 'fountain/spoilt';
  }

  test.each(names)('%s passes the test that comes before the push', async (name) => {
    const { code, stdout, stderr } = await run(['scripts/test-image.sh', imageOf(name), name]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    say(stdout.trim());
    expect(stdout).toMatch(/started within \d+ MB.*\n.*\/(ready|health): \{.*\n[\s\S]*ended as it was told to\n$/);
    if (name !== control) expect(stdout).toMatch(/by its contract: \w+ \d{3}/);
  });

  const service = 'core-script-management-api';
  const cases: [what: string, lines: string[], name: string, why: string][] = [
    ['cannot be started', ['ENTRYPOINT ["no-such-program"]'], service, 'cannot be started'],
    ['ends by itself', ['ENTRYPOINT ["bash", "-c", "echo no database >&2; exit 3"]'], service, 'with 3\nno database'],
    [
      'writes to its root',
      ['ENTRYPOINT ["bash", "-ec", "echo >/app/cache; exec node lib/server.mjs"]'],
      service,
      'Read-only',
    ],
    ['is not healthy', ['ENTRYPOINT ["node", "-e", "setInterval(() => {}, 1000)"]'], service, 'is not healthy'],
    [
      'needs more memory',
      ['ENTRYPOINT ["node", "-e", "const a = []; for (;;) a.push(Buffer.alloc(1e7, 1))"]'],
      service,
      'ended by itself, with 137',
    ],
    ['is another service', [], 'character-management-api', 'does not keep its contract'],
    [
      'does not end',
      ['ENTRYPOINT ["bash", "-c", "trap : TERM; node lib/server.mjs & while :; do wait; done"]'],
      service,
      'ended with 137',
    ],
  ];
  test.each(cases)('an image that %s is not pushed', async (what, lines, name, why) => {
    const image = await spoilt(service, ...lines);
    // No patience with what never will be.
    const env = what === 'is not healthy' ? { PATIENCE_S: '5' } : {};
    const { code, stdout, stderr } = await run(['scripts/test-image.sh', image, name], env);
    expect(stderr, stdout).toContain(why);
    expect(code).toBe(1);
  });

  test('nothing is left of the tests', async () => {
    expect(await must('docker', 'ps', '--all', '--quiet', '--filter', 'name=test-image')).toBe('');
    expect(await must('docker', 'volume', 'ls', '--quiet', '--filter', 'name=test-image')).toBe('');
    expect(await must('docker', 'network', 'ls', '--quiet', '--filter', 'name=test-image')).toBe('');
  });

  /** What the registry says of an image: its digest, and the compressed sizes of its layers. */
  async function pushed(name: string): Promise<{ digest: string; layers: number[] }> {
    const [, version] = imageOf(name).split(/:(?=[^:]*$)/);
    const accept = 'application/vnd.docker.distribution.manifest.v2+json';
    const answer = await fetch(`http://${pushTo}/v2/${owner}/${name}/manifests/${version}`, { headers: { accept } });
    const { layers } = (await answer.json()) as { layers: { size: number }[] };
    return { digest: String(answer.headers.get('docker-content-digest')), layers: layers.map(({ size }) => size) };
  }

  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

  test.each(names)('the layers of %s beside Node’s take at most 15 MB, compressed', async (name) => {
    // The stand-in for Node's image is a single layer.
    const { layers } = await pushed(name);
    const own = sum(layers.slice(1));
    say(
      `${name}: ${megabytes(own)} of its own layers, ${megabytes(sum(layers))} in all (with the stand-in for Node's image)`,
    );
    expect(own).toBeGreaterThan(100_000);
    expect(own).toBeLessThanOrEqual(15_000_000);
  });

  test.each([service, control])('%s is weighed before the push as the registry weighs it', async (name) => {
    const said = await must('scripts/image-size.sh', imageOf(name), base);
    const [, own, total] = /^own=(\d+)\ntotal=(\d+)\n$/.exec(said) ?? [];
    const { layers } = await pushed(name);
    // The engine's gzip is not quite this one.
    expect(Number(own) / sum(layers.slice(1))).toBeCloseTo(1, 1);
    expect(Number(total) / sum(layers)).toBeCloseTo(1, 1);
  });

  test('an image of more is not pushed, and one of another base is told as such', async () => {
    writeFileSync(join(folder, 'ballast'), randomBytes(15_000_000));
    const heavy = await run(['scripts/image-size.sh', await spoilt(service, 'COPY ballast /'), base]);
    expect(heavy).toMatchObject({ code: 1, stderr: expect.stringContaining('at most 15000000 are allowed') });
    const other = await run(['scripts/image-size.sh', base, imageOf(service)]);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('is not made from') });
  });

  /** The files of this repository in a folder of their own, as the workflow checks them out. */
  function checkOut(name: string): string {
    const target = join(folder, name);
    const isOurs = (path: string) => !/^(\.git|node_modules|coverage|data)$|(^|\/)dist$/.test(relative(root, path));
    cpSync(root, target, { recursive: true, filter: isOurs });
    return target;
  }

  let prepare: Promise<string> | undefined;
  /** Where images are built: with packages, as npm ci would put them there. The job that pushes has none. */
  const prepared = () => {
    prepare ??= (async () => {
      const source = checkOut('source');
      await must('cp', '--archive', join(root, 'node_modules'), source);
      return source;
    })();
    return prepare;
  };

  /** What docker/build-push-action does with its inputs, as far as an engine without BuildKit can. */
  async function buildAs(cwd: string, { context = '', file = '', tags = '', ...inputs }: Values): Promise<void> {
    const args = inputs['build-args']?.trim().split('\n') ?? [];
    const words = args.flatMap((argument) => ['--build-arg', argument]);
    await promisify(execFile)('docker', ['build', '--file', file, ...words, '--tag', tags, context], { cwd });
  }

  /** Goes through images.yml from one end to the other; gives the page that its run shows. */
  async function runWorkflow(name: string): Promise<{ digest: string; page: string }> {
    const jobs = readWorkflow('images.yml').jobs as Record<'changes' | 'image' | 'push', Job>;
    const source = await prepared();
    const { registry = '' } = await openJob(jobs.changes, source, {}).run('registry', {
      GITHUB_REPOSITORY_OWNER: 'Fountain',
    });
    const known = {
      'matrix.image': name,
      "matrix.image == 'fountainai-control' && 'Dockerfile' || 'app-services/Dockerfile'":
        name === control ? 'Dockerfile' : 'app-services/Dockerfile',
      'needs.changes.outputs.node-image': base,
      'needs.changes.outputs.registry': registry,
      'github.sha': '0'.repeat(40),
      'github.server_url': 'https://github.com',
      'github.repository': 'Fountain/story-stack',
      'vars.CONTROL_API_URL': world.api.baseUrl,
    };
    const image = openJob(jobs.image, source, known);
    await image.run('context');
    await buildAs(source, image.inputs('Build'));
    for (const step of ['Test', 'Weigh', 'Say how to deploy it', 'Pack']) await image.run(step);

    const target = checkOut(`push-${name}`);
    mkdirSync(join(target, 'handed-over'));
    const handedOver = image.inputs('actions/upload-artifact').path?.trim().split('\n') ?? [];
    for (const file of handedOver) cpSync(join(source, file), join(target, 'handed-over', file));
    const push = openJob(jobs.push, target, known);
    await push.run('Unpack');
    const tag = `${registry.replace('ghcr.io', pushTo)}/${name}:main`;
    push.note('tags', { tags: tag, version: 'main' });
    await buildAs(target, push.inputs('Push'));
    await must('docker', 'push', '--quiet', tag);
    const digest = await attest(`http://${tag.replace('/', '/v2/').replace(/:main$/, '')}`, 'main');
    push.note('push', { digest });
    await push.run('Say how to deploy it');
    return { digest, page: push.summary() };
  }

  test('the workflow’s own steps lead from a commit to a line that, pasted, deploys it, and pasted again changes nothing', async () => {
    // The line has the committed names.
    const { instances, region, availability_zone, key_pair: key_pair_name } = (await readCommittedStack()).manifest;
    expect((await world.api.post('/aws/lightsail/create-key-pair', { region, key_pair_name })).status).toBe(200);
    const place = { region, availability_zone };
    await createInstance(world.api, instances.apps.name, { ...place, bundle_id: 'nano_3_0', key_pair_name });
    for (const name of ['central-sequence-service', service]) {
      const { digest, page } = await runWorkflow(name);
      expect(page).toMatch(new RegExp(`\\| ${name} \\| \`${digest}\` \\| [\\d.]+ MB \\| [\\d.]+ MB \\|`));
      const [, line = ''] = /```sh\n(curl .*)\n```/.exec(page) ?? [];
      const first = JSON.parse(await must('bash', '-c', line));
      // The index, which has image and attestation; with an index as docker pulls it, too.
      expect(first).toMatchObject({ changed: true, result: { digest } });
      expect(JSON.parse(await must('bash', '-c', line))).toMatchObject({ changed: false });
      expect((await fetch(`${first.result.url}/ready`)).status).toBe(200);
    }
  });

  test('the control API’s image goes the same way, and is pulled', async () => {
    const { digest, page } = await runWorkflow(control);
    expect(page).toContain(`docker pull ghcr.io/fountain/${control}@${digest}\n`);
    const pushed = `${pushTo}/fountain/${control}@${digest}`;
    await must('docker', 'pull', '--quiet', pushed);
    const version = '{{index .Config.Labels "org.opencontainers.image.version"}}';
    expect(await must('docker', 'image', 'inspect', '--format', version, pushed)).toBe('main\n');
  });

  test.each([service, control])('%s says of what packages it is made, with their licences', async (name) => {
    const { version, license } = JSON.parse(readFileSync(join(root, 'node_modules/fastify/package.json'), 'utf8'));
    const where = name === control ? '/app/packages' : '/app/lib/packages';
    const words = ['run', '--rm', '--network', 'none', '--entrypoint', 'bash', imageOf(name), '-c'];
    const said = await must('docker', ...words, `cd ${where}/fastify-[0-9]*; cat package.json; ls`);
    expect(said).toBe(`${JSON.stringify({ name: 'fastify', version, license })}LICENSE\npackage.json\n`);
  });
});
