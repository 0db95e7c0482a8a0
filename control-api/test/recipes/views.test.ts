import { createHash } from 'node:crypto';
import { generate } from 'selfsigned';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Readings } from '../../src/lib/command.ts';
import { parseImage } from '../../src/lib/image-reference.ts';
import { describeStep } from '../../src/lib/records.ts';
import { Secret } from '../../src/lib/secret.ts';
import { makeRelease } from '../../src/recipes/app/release.ts';
import { logsProbe, parseApps, parseLogs } from '../../src/recipes/app/view.ts';
import { distributionProbe } from '../../src/recipes/docker/registry.ts';
import { hostProbes, parseHost } from '../../src/recipes/host-view.ts';
import { journalProbe, parseJournal, parseUnits, unitsProbes } from '../../src/recipes/units-view.ts';

const now = new Date('2026-11-21T10:00:00Z');

const release = (digit: string) => {
  const digest = digit.repeat(64);
  const wish = {
    name: 'my-app',
    image: parseImage('ghcr.io/user/my-app:latest'),
    ports: [8080],
    containerPort: 80,
    publish: 'private' as const,
    privateIp: '10.0.0.7',
    env: {},
    secretEnv: { API_KEY: new Secret('s3cret-value') },
    secretDigest: '',
    volumes: [],
    healthPath: null,
    memoryMb: 256,
    capabilities: [],
  };
  const { id, items } = makeRelease(wish, digest, '10.0.0.7');
  return { id: String(id), digest: `sha256:${digest}`, line: String(items[0]) };
};
const [running, previous, failed] = [release('a'), release('b'), release('c')] as const;

const row = (name: string, labels: string, state = 'running') =>
  JSON.stringify({
    Names: name,
    State: state,
    Status: 'Up 3 hours',
    Image: `ghcr.io/user/my-app@${running.digest}`,
    Ports: '10.0.0.7:8080->80/tcp, 127.0.0.1:9->9/tcp',
    Labels: labels,
  });

function readings(containers: string): Readings {
  return {
    'apps.containers': { exit: 0, output: containers },
    'app.releases': {
      exit: 0,
      output: `${running.line}\n${previous.line}\n${failed.line}\n{"id":"../../x","app":"x"}\nnot json`,
    },
  };
}

test('docker-apps: what runs, what it can go back to, and no secret', () => {
  const labels = `fountain.release=${running.id},org.example=1,fountain.app=my-app,fountain.replaces=${previous.id}`;
  const apps = parseApps(readings(`${row('my-app', labels)}\n${row('other', 'fountain.app=other', 'exited')}`));
  expect(apps).toEqual([
    {
      name: 'my-app',
      state: 'running',
      status: 'Up 3 hours',
      image: `ghcr.io/user/my-app@${running.digest}`,
      ports: ['10.0.0.7:8080->80/tcp', '127.0.0.1:9->9/tcp'],
      releases: [
        { id: running.id, digest: running.digest, image: 'ghcr.io/user/my-app:latest', running: true, previous: false },
        {
          id: previous.id,
          digest: previous.digest,
          image: 'ghcr.io/user/my-app:latest',
          running: false,
          previous: true,
        },
        // Of a deployment that failed.
        { id: failed.id, digest: failed.digest, image: 'ghcr.io/user/my-app:latest', running: false, previous: false },
      ],
    },
    expect.objectContaining({ name: 'other', state: 'exited', releases: [] }),
  ]);
  expect(JSON.stringify(apps)).not.toContain('s3cret');
});

test('docker-apps: an interrupted deployment and an app without a container are told', () => {
  for (const name of ['my-app-replaced', 'my-app-candidate']) {
    const [app, ...others] = parseApps(readings(row(name, 'fountain.app=my-app')));
    expect(app).toMatchObject({
      name: 'my-app',
      state: 'absent',
      image: null,
      status: expect.stringContaining('repeat it'),
    });
    expect(others).toEqual([]);
  }
  expect(parseApps({ 'apps.containers': { exit: 127, output: '' } })).toEqual([]);
});

test('docker-apps: an app that never came up says so, and where the reason is', () => {
  const [app] = parseApps(readings(''));
  expect(app).toMatchObject({
    name: 'my-app',
    state: 'absent',
    status: expect.stringMatching(/^no container: its deployment failed, .* GET \/operations /),
  });
  const stopped = { ...readings(''), 'apps.containers': { exit: 1, output: '' } };
  expect(parseApps(stopped)).toMatchObject([{ state: 'absent', status: 'Docker does not answer' }]);
});

test('logs: lines as they came, or why there are none', () => {
  expect(logsProbe('my-app', 5).action).toMatchObject({
    argv: ['docker', 'logs', '--tail', '5', '--timestamps', 'my-app'],
  });
  expect(parseLogs({ 'app.logs': { exit: 0, output: 'a\n  b\n' } }, 'my-app')).toEqual(['a', '  b']);
  const missing = { 'app.logs': { exit: 1, output: 'Error: No such container: my-app' } };
  expect(() => parseLogs(missing, 'my-app')).toThrow(expect.objectContaining({ code: 'app_not_found' }));
  const stopped = { 'app.logs': { exit: 1, output: 'Cannot connect to the Docker daemon' } };
  expect(() => parseLogs(stopped, 'my-app')).toThrow(expect.objectContaining({ code: 'step_failed' }));
});

test('status: a host that tells nothing is described all the same', () => {
  expect(parseHost({}, now)).toEqual({
    os: 'unknown',
    architecture: '',
    boot: 'finished',
    memory_mb: null,
    swap_mb: 0,
    disk_free_mb: null,
    docker: null,
    opensearch: null,
    kong: null,
    apps: [],
  });
  const names = hostProbes().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('status: OpenSearch and Kong, as packages, units and their own health tell', () => {
  const answer = (output: string, exit = 0) => ({ exit, output });
  expect(
    parseUnits({
      'units.packages': answer('opensearch ii  3.8.0\nkong iU  3.9.3\n', 1),
      'units.opensearch.state': answer('active\n'),
      'units.opensearch.health': answer('{"cluster_name":"fountain","status":"yellow"}\n200'),
      'units.kong.state': answer('inactive\n', 3),
      'units.kong.health': answer('\n000', 7),
    }),
  ).toEqual({
    opensearch: { version: '3.8.0', state: 'active', health: 'yellow' },
    kong: { version: '3.9.3', state: 'half installed', health: null },
  });
  const kong = (health: string) =>
    parseUnits({
      'units.packages': answer('kong ii  3.9.3\n', 1),
      'units.kong.state': answer('active\n'),
      'units.kong.health': answer(health),
    });
  expect(kong('{"message":"ready"}\n200')).toMatchObject({ opensearch: null, kong: { health: 'ready' } });
  expect(kong('{"message":"no configuration"}\n503')).toMatchObject({ kong: { state: 'active', health: 'not ready' } });
  const withTls = {
    'units.packages': answer('opensearch hi  3.8.0\n', 1),
    'units.opensearch.state': answer('active\n'),
    'units.opensearch.health': answer('\n000', 52),
    'units.opensearch.health_tls': answer('{"status":"green"}\n200'),
  };
  expect(parseUnits(withTls)).toMatchObject({ opensearch: { health: 'green' } });
  // Removed, of which dpkg still knows the configuration files; and held back from upgrades.
  const rest = parseUnits({ 'units.packages': answer('kong rc  3.9.3\nopensearch hi  3.8.0\n') });
  expect(rest).toEqual({ kong: null, opensearch: { version: '3.8.0', state: 'unknown', health: null } });
  expect(unitsProbes().every(({ volatile }) => volatile)).toBe(true);
});

test.each<[what: string, file: string | null, loaded: string | null, brought: string | null, told: string | null]>([
  ['what was brought', 'a', 'a', 'a', 'as brought'],
  ['an older file and Kong started with it', 'b', 'b', 'a', 'not as brought last'],
  ['an older file that is not loaded', 'b', 'a', 'a', 'not as in its file'],
  ['another configuration than the file', 'a', 'b', 'a', 'not as in its file'],
  ['from before it was remembered', 'a', 'a', null, 'as brought'],
  ['that does not tell', 'a', null, 'a', null],
  ['without a file', null, 'a', 'a', null],
])('status: a Kong with %s', (_, file, loaded, brought, told) => {
  const md5 = (name: string) => createHash('md5').update(`${name}\n`).digest('hex');
  const text = (output: string | null) => ({ exit: output === null ? 1 : 0, output: output ?? '' });
  const readings = {
    'units.packages': text('kong ii  3.9.3'),
    'kong.config': text(file),
    'kong.loaded': text(loaded && `{"configuration_hash":"${md5(loaded)}"}`),
    'kong.brought': text(brought && md5(brought)),
  };
  expect(parseHost(readings, now).kong).toMatchObject({ version: '3.9.3', configuration: told });
});

test('status: the certificates in Kong’s file, and whether they have expired', async () => {
  const { cert } = await generate([], { notAfterDate: new Date('2026-11-21T10:00:00Z'), keyType: 'ec' });
  const own = { cert, key: 'private-key', snis: [{ name: '*.a.example' }, 'a.example'] };
  const certificates = (text: string, at = now) => {
    const kong = { 'units.packages': { exit: 0, output: 'kong ii  3.9.3' }, 'kong.config': { exit: 0, output: text } };
    return parseHost(kong, at).kong?.certificates;
  };
  const shown = { names: ['*.a.example', 'a.example'], not_after: '2026-11-21T10:00:00.000Z' };
  const text = stringify({ certificates: [own, { cert: 'none', snis: [{ name: 'b.example' }] }, 7] });
  expect(certificates(text)).toEqual([{ ...shown, expired: true }]);
  expect(certificates(text, new Date('2026-11-21T09:59:59Z'))).toEqual([{ ...shown, expired: false }]);
  for (const other of ['', '- list', 'no: [yaml', 'certificates: 7']) expect(certificates(other)).toEqual([]);
});

test('logs of a unit: the lines of its journal, or why there are none', () => {
  expect(journalProbe('kong', 7).action).toMatchObject({
    argv: ['journalctl', '--unit', 'kong', '--lines', '7', '--no-pager', '--output', 'short-iso'],
  });
  const lines = '2026-11-21T10:00:00+0000 host kong[7]: started\n';
  expect(parseJournal({ 'unit.logs': { exit: 0, output: lines } }, 'kong')).toEqual([lines.trim()]);
  const none = { 'unit.logs': { exit: 0, output: '-- No entries --\n' } };
  expect(() => parseJournal(none, 'kong')).toThrow(expect.objectContaining({ code: 'app_not_found' }));
  const failed = { 'unit.logs': { exit: 1, output: 'Failed to open journal' } };
  expect(() => parseJournal(failed, 'kong')).toThrow(expect.objectContaining({ code: 'step_failed' }));
});

test('the registry’s credentials go by stdin, in the form that the engine decodes, and show nowhere', () => {
  const auth = { username: 'user', token: new Secret('tok?>~') };
  const { action } = distributionProbe('x', parseImage('nginx:1'), auth);
  if (action.verb !== 'run' || !Array.isArray(action.stdin)) throw new Error('credentials are not on stdin');
  const [, header] = action.stdin as [string, Secret, string];
  const encoded = header.reveal();
  expect(encoded).toMatch(/^[A-Za-z0-9_-]+={0,2}$/);
  expect(encoded.length % 4).toBe(0);
  expect(JSON.parse(Buffer.from(encoded, 'base64url').toString())).toEqual({
    username: 'user',
    password: 'tok?>~',
    serveraddress: 'https://index.docker.io/v1/',
  });
  const shown = JSON.stringify(describeStep({ name: 'x', effect: 'check', timeoutS: 1, action }));
  expect(shown).not.toContain(encoded);
  expect(shown).not.toContain('tok?');
});
