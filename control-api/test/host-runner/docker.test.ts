import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPlayground, type Playground, real, sh, step } from './in-bash.ts';

let host: Playground;
beforeEach(async () => {
  host = await createPlayground();
});
afterEach(() => host.remove());

const read = (name: string) => readFile(host.path(name), 'utf8');

describe('docker_auth', () => {
  const pull = (config: string) => step({ verb: 'docker_auth', config, argv: ['docker', 'pull', 'image'] });

  test('gives docker a configuration that nobody else can read and that is gone afterwards', async () => {
    await host.program(
      'docker',
      'stat -c %a "$DOCKER_CONFIG" "$DOCKER_CONFIG/config.json"; cat "$DOCKER_CONFIG/config.json"; exit 5',
    );
    const { outcomes, output } = await host.steps([pull('{"auths":{}}')]).ended;
    expect(outcomes).toEqual(['0 failed 5']);
    expect(output(0)).toEqual(['700', '600', '{"auths":{}}']);
    expect(await host.files()).toEqual([]);
  });

  test('clears away what a run that was killed left there', async () => {
    await host.program('docker', 'ls "$DOCKER_CONFIG"');
    await mkdir(host.path('fountain-docker'));
    await writeFile(host.path('fountain-docker/stale'), 'a token');
    expect((await host.steps([pull('{}')]).ended).output(0)).toEqual(['config.json']);
    expect(await host.files()).toEqual([]);
  });
});

describe('releases', () => {
  test('are run as their file says: arguments as words, secrets in the environment', async () => {
    await host.program('docker', 'printf "%s\\0" "$@" >"$FOLDER/words"; printf "%s" "$TOKEN" >"$FOLDER/token"');
    const items = ['{"release":"r1"}', '1', 'TOKEN=s3cret\nof two lines', '--name', 'app', '--env', 'TOKEN', 'a b', ''];
    const { status } = await host.steps([
      step({ verb: 'write_list', path: host.path('r.release'), mode: '0600', items }),
      step({ verb: 'run_release', file: host.path('r.release'), replaces: 'r0', options: ['--label', 'a=b c'] }),
    ]).ended;
    expect(status).toBe('ok');
    expect((await read('words')).split('\0')).toEqual([
      ...['run', '--detach', '--label', 'fountain.replaces=r0', '--label', 'a=b c'],
      ...['--name', 'app', '--env', 'TOKEN', 'a b', ''],
      '',
    ]);
    expect(await read('token')).toBe('s3cret\nof two lines');
  });

  test('that are missing or no release fail before docker is called', async () => {
    await host.program('docker', 'touch "$FOLDER/called"');
    const run = (file: string) => step({ verb: 'run_release', file: host.path(file), replaces: '' });
    await writeFile(host.path('bad'), '{}\0touch\0');
    expect((await host.steps([run('bad')]).ended).outcomes).toEqual(['0 failed 1']);
    expect((await host.steps([run('missing')]).ended).outcomes).toEqual(['0 failed 1']);
    expect(await host.files()).toEqual(['bad']);
  });

  test('with a name that the environment cannot have fail without telling the value', async () => {
    await host.program('docker', 'touch "$FOLDER/called"');
    await writeFile(host.path('r'), '{}\x001\0a-b=s3cret\0image\0');
    const { stdout, stderr, outcomes } = await host.steps([
      step({ verb: 'run_release', file: host.path('r'), replaces: '' }),
    ]).ended;
    expect(outcomes).toEqual(['0 failed 65']);
    expect(stdout).toContain('cannot be set: a-b');
    expect(stdout + stderr).not.toContain('s3cret');
    expect(await host.files()).toEqual(['r']);
  });

  test('are read without their secrets, there and one level below', async () => {
    await mkdir(host.path('apps/one'), { recursive: true });
    await writeFile(host.path('apps/one/a.release'), '{"a":1}\x001\0TOKEN=s3cret\0image\0');
    await writeFile(host.path('apps/b.release'), '{"b":2}\x000\0image\0');
    await writeFile(host.path('apps/one/a.release.x1'), 'half written');
    const probe = { name: 'releases', action: { verb: 'read_releases' as const, directory: host.path('apps') } };
    const { stdout, output } = await host.facts([probe]).ended;
    expect(output(0)).toEqual(['{"b":2}', '{"a":1}']);
    expect(stdout).not.toContain('s3cret');
    const nowhere = { ...probe, action: { ...probe.action, directory: host.path('nowhere') } };
    expect((await host.facts([nowhere]).ended).outcomes).toEqual(['0 ok 0']);
  });
});

describe('wait_healthy', () => {
  beforeEach(() => host.program('sleep', `${real('sleep')} 0.02`));

  /** Programs that answer with one line after the other, and then with the last one again. */
  const answering = (name: string, lines: readonly string[]) =>
    host.program(
      name,
      `n=$(cat "$FOLDER/.${name}" 2>/dev/null || echo 0); echo $((n + 1)) >"$FOLDER/.${name}"
answers=(${lines.map((line) => `'${line}'`).join(' ')})
((n < \${#answers[@]})) || n=$((\${#answers[@]} - 1))
echo "\${answers[n]}"; [ -n "\${answers[n]}" ]`,
    );
  const wait = (url: string, timeoutS = 20) =>
    step({ verb: 'wait_healthy', container: 'app', url, times: 2 }, { effect: 'check', timeoutS });

  test.each([
    ['its health check decides', ['starting', 'healthy'], ['0 unchanged 0'], ['starting', 'healthy']],
    ['without one, running for a while is enough', ['running'], ['0 unchanged 0'], ['running']],
    ['one that stopped or restarted ends the wait', ['running', 'stopped'], ['0 failed 1'], ['running', 'stopped']],
    ['one that is not there ends the wait', [''], ['0 failed 1'], ['absent']],
  ])('%s', async (_, states, outcomes, output) => {
    await answering('docker', states);
    const ended = await host.steps([wait('')]).ended;
    expect(ended.outcomes).toEqual(outcomes);
    expect(ended.output(0)).toEqual(output);
  });

  test('an address must answer 2xx', async () => {
    await answering('docker', ['running']);
    await answering('curl', ['000', '503', '204']);
    const ended = await host.steps([wait('http://127.0.0.1/ready')]).ended;
    expect(ended.outcomes).toEqual(['0 unchanged 0']);
    expect(ended.output(0)).toEqual([
      'running, http://127.0.0.1/ready answers 000',
      'running, http://127.0.0.1/ready answers 503',
      'healthy',
    ]);
  });

  test('where it shall be steady, its health check and the address must agree so many times in a row', async () => {
    const url = 'http://127.0.0.1/ready';
    await answering('docker', ['starting', 'healthy', 'healthy', 'healthy', 'unhealthy', 'healthy']);
    await answering('curl', ['503', '200', '200', '200', '503', '200']);
    const steady = step({ verb: 'wait_healthy', container: 'app', url, times: 2, steady: 3 }, { effect: 'check' });
    const ended = await host.steps([steady]).ended;
    expect(ended.outcomes).toEqual(['0 unchanged 0']);
    const draining = `healthy, ${url} answers 503`;
    expect(ended.output(0)).toEqual(['starting', draining, 'healthy', 'unhealthy', 'healthy', draining, 'healthy']);
    expect(await read('.curl')).toBe('8\n');
  });

  test('it ends at its time and says what it saw last', async () => {
    await answering('docker', ['unhealthy']);
    const ended = await host.steps([wait('', 1)]).ended;
    expect(ended.outcomes).toEqual(['0 failed 124']);
    expect(ended.output(0)).toEqual(['unhealthy', 'not healthy after 1 s']);
  });
});

test('no secret is ever a word of a command line', async () => {
  const secret = 'needle-7f3a9c';
  // Every program that the verbs use shows the command lines of all processes while it runs.
  const show = 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " >>"$FOLDER/seen"';
  for (const name of ['docker', 'cat', 'mktemp', 'chmod', 'sync', 'mv', 'timeout']) {
    await host.program(name, `(PATH="\${PATH#*:}"; ${show}); ${name === 'docker' ? 'true' : real(name)} "$@"`);
  }
  const { status } = await host.steps([
    step({ verb: 'run', argv: ['bash', '-c', 'true'], env: { T: secret }, stdin: secret }),
    step({ verb: 'write_file', path: host.path('f'), mode: '0600', content: secret }),
    step({ verb: 'write_list', path: host.path('r'), mode: '0600', items: ['{}', '1', `T=${secret}`, 'image'] }),
    step({ verb: 'docker_auth', config: secret, argv: ['docker', 'pull', 'x'] }),
    step({ verb: 'run_release', file: host.path('r'), replaces: '' }),
    sh('true'),
  ]).ended;
  expect(status).toBe('ok');
  const seen = await read('seen');
  expect(seen).toContain('docker run --detach');
  expect(seen).not.toContain(secret);
  expect((await readdir(host.path('.'))).sort()).toEqual(['f', 'fountain.lock', 'programs', 'r', 'seen']);
});
