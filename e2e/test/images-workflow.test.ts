import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expression, type Job, readWorkflow, stepOf } from '../workflows.ts';

// That its steps do what they should is seen by e2e/machines/images.test.ts, which runs them.

const { on, jobs } = readWorkflow('images.yml');
const { changes, tests, image, push } = jobs as { changes: Job; tests: Job; image: Job; push: Job };

const matrix = expression('matrix.image');
const registry = expression('needs.changes.outputs.registry');
const nodeImage = expression('needs.changes.outputs.node-image');
const digest = expression('steps.push.outputs.digest');

/** In the order of a job, what its steps are called, or which actions they use. */
const order = ({ steps }: Job) => steps.map(({ id, name, uses, run }) => name ?? id ?? uses?.split('@')[0] ?? run);

test('it builds on main, for tags and for pull requests', () => {
  expect(on).toEqual({ push: { branches: ['main'], tags: ['v*'] }, pull_request: null, workflow_dispatch: null });
});

test('its first job says which images, counted from the last run that succeeded', () => {
  expect(changes.outputs).toEqual({
    images: expression('steps.changes.outputs.images'),
    'node-image': expression('steps.base.outputs.image'),
    registry: expression('steps.registry.outputs.registry'),
  });
  expect(stepOf(changes, 'built')).toMatchObject({
    if: "github.event_name == 'push' && github.ref == 'refs/heads/main'",
    env: { GH_TOKEN: expression('github.token') },
  });
  expect(stepOf(changes, 'changes').env).toEqual({
    BASE: expression('steps.built.outputs.commit || github.event.pull_request.base.sha'),
  });
});

test('each image is built by itself; an empty list, which would be an error, builds none', () => {
  const strategy = {
    'fail-fast': false,
    matrix: { image: expression('fromJSON(needs.changes.outputs.images)') },
  };
  expect(image).toMatchObject({ needs: 'changes', if: "needs.changes.outputs.images != '[]'", strategy });
  expect(push.strategy).toEqual(strategy);
});

test('it pushes on main and for tags alone, when image and repository have passed their tests', () => {
  expect(push.needs).toEqual(['changes', 'image', 'tests']);
  expect(push.if).toBe(
    "needs.changes.outputs.images != '[]' && github.event_name != 'pull_request' " +
      "&& (github.ref == 'refs/heads/main' || startsWith(github.ref, 'refs/tags/v'))",
  );
  expect(tests.if).toBe("needs.changes.outputs.images != '[]' && github.event_name != 'pull_request'");
  const commands = tests.steps.flatMap(({ run }) => run ?? []);
  expect(commands).toEqual(['npm ci', 'npm run lint', 'npm run types', 'npm test']);
});

test('what it builds it tests and weighs', () => {
  const ways = ['actions/checkout', 'actions/setup-node', 'npm ci', 'context', 'docker/setup-buildx-action', 'Build'];
  const then = ['Test', 'Weigh', 'Say how to deploy it', 'Pack', 'actions/upload-artifact'];
  expect(order(image)).toEqual([...ways, ...then]);
  expect(image.env).toMatchObject({ IMAGE: matrix, NODE_IMAGE: nodeImage });
  expect(stepOf(image, 'Build').with).toMatchObject({ tags: `built/${matrix}`, load: true });
  expect(stepOf(image, 'Test')).toEqual({ name: 'Test', run: 'scripts/test-image.sh "built/$IMAGE" "$IMAGE"' });
  expect(stepOf(image, 'Weigh')).toEqual({
    name: 'Weigh',
    id: 'size',
    run: 'scripts/image-size.sh "built/$IMAGE" "$NODE_IMAGE" | tee -a "$GITHUB_OUTPUT"',
  });
});

test('it has no rights where it runs packages of others, and runs none where it has rights', () => {
  expect(JSON.stringify([image, tests])).not.toMatch(/github\.token|secrets\.|"push":true/);
  const ways = ['actions/checkout', 'actions/download-artifact', 'Unpack', 'docker/setup-buildx-action', 'tags'];
  const then = ['docker/login-action', 'Push', 'Read its list of contents', 'Attest where it was made'];
  expect(order(push)).toEqual([...ways, ...then, 'Attest what is in it', 'Say how to deploy it']);
  expect(push.steps.flatMap(({ run }) => run ?? [])).toEqual([
    'mkdir handed-over/context && tar --extract --file handed-over/context.tar --directory handed-over/context',
    `docker buildx imagetools inspect "$REPOSITORY@$DIGEST" --format '{{ json .SBOM.SPDX }}' > contents.spdx.json`,
    'sed "s/DIGEST/$DIGEST/g" handed-over/summary.md >> "$GITHUB_STEP_SUMMARY"',
  ]);
  // A build does what a Dockerfile says, so that one is not handed over.
  expect(stepOf(push, 'Push').with?.file).toBe(
    expression("matrix.image == 'fountainai-control' && 'Dockerfile' || 'app-services/Dockerfile'"),
  );
});

test('it hands over the files of an image and words about it, and takes them from where they are', () => {
  expect(stepOf(image, 'actions/upload-artifact').with).toMatchObject({
    name: matrix,
    path: 'context.tar\nsummary.md\n',
    overwrite: true,
  });
  expect(stepOf(push, 'actions/download-artifact').with).toEqual({ name: matrix, path: 'handed-over' });
  expect(stepOf(push, 'Push').with?.context).toBe('handed-over/context');
});

test('it pushes those files on that base, with provenance, contents and a cache of the image’s own', () => {
  const [built, pushed] = [stepOf(image, 'Build').with ?? {}, stepOf(push, 'Push').with ?? {}];
  const scope = `scope=${matrix}`;
  expect(built['cache-to']).toBe(`type=gha,mode=max,${scope}`);
  for (const inputs of [built, pushed]) expect(inputs['cache-from']).toBe(`type=gha,${scope}`);
  expect(pushed).toMatchObject({ push: true, provenance: 'mode=max', sbom: true });
  expect(pushed.tags).toBe(expression('steps.tags.outputs.tags'));
  expect(push.env).toMatchObject({ NODE_IMAGE: nodeImage, REPOSITORY: `${registry}/${matrix}` });
  expect(stepOf(push, 'tags').with).toEqual({
    images: expression('env.REPOSITORY'),
    tags: 'type=sha\ntype=ref,event=branch\ntype=semver,pattern={{version}}\n',
  });
});

test('provenance and contents are attested of what was pushed', () => {
  const attested = {
    'subject-name': expression('env.REPOSITORY'),
    'subject-digest': digest,
    'push-to-registry': true,
    'create-storage-record': false,
  };
  expect(stepOf(push, 'Attest where it was made').with).toEqual(attested);
  expect(stepOf(push, 'Attest what is in it').with).toEqual({ ...attested, 'sbom-path': 'contents.spdx.json' });
  expect(stepOf(push, 'Read its list of contents').env).toEqual({ DIGEST: digest });
});

test('the summary has the digest of what was pushed', () => {
  expect(stepOf(image, 'Say how to deploy it').env).toMatchObject({
    REGISTRY: registry,
    OWN: expression('steps.size.outputs.own'),
    TOTAL: expression('steps.size.outputs.total'),
  });
  expect(stepOf(push, 'Say how to deploy it').env).toEqual({ DIGEST: digest });
});

test('the builds have every argument that the Dockerfiles know; the version of what is pushed is that of its tag', () => {
  const text = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const known = ['Dockerfile', 'app-services/Dockerfile'].flatMap((file) => text(file).match(/(?<=^ARG )\w+/gm) ?? []);
  const given = (job: Job, step: string) =>
    Object.fromEntries(
      String(stepOf(job, step).with?.['build-args'])
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  const [built, pushed] = [given(image, 'Build'), given(push, 'Push')];
  expect(new Set(Object.keys(built))).toEqual(new Set(known));
  expect(built).toMatchObject({ NODE_IMAGE: expression('env.NODE_IMAGE'), SERVICE: matrix });
  expect(pushed).toEqual({ ...built, VERSION: expression('steps.tags.outputs.version') });
});
