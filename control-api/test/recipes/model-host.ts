import { type Action, Captured, type Reading, type Text, type Word } from '../../src/lib/command.ts';
import { Secret } from '../../src/lib/secret.ts';
import { createModelDocker } from './docker/model-docker.ts';
import { runOnModelKong } from './kong/model-kong.ts';
import { engineAnswers, type ModelState, type ModelWorld } from './model-state.ts';
import { runOnModelOpensearch } from './opensearch/model-opensearch.ts';

/** Executes the records of recipes on a state, as host-runner.sh would on a host; throws on what no recipe may emit. */
export function createModelHost(state: ModelState, world: ModelWorld) {
  const docker = createModelDocker(state, world);
  const captured: Record<string, string> = {};

  const show = (text: Text | Word): string => {
    if (typeof text === 'string') return text;
    if (text instanceof Secret) return text.reveal();
    if (text instanceof Captured) {
      const value = captured[text.name];
      if (value === undefined) throw new Error(`${text.name} was never captured`);
      return value;
    }
    return text.map(show).join('');
  };

  function run(argv: readonly Word[], stdin = '', env: Readonly<Record<string, Text>> = {}): Reading {
    const [program = '', ...rest] = argv.map(show);
    const line = rest.join(' ');
    const own = runOnModelKong(state, program, rest) ?? runOnModelOpensearch(state, program, rest, { stdin, env });
    if (own) return own;
    if (program === 'docker') return docker.run(rest, stdin);
    if (program === 'curl') return line.includes('docker.sock') ? distribution(line) : health(line);
    const command = programs[program];
    if (!command) throw new Error(`the model host has no ${program}`);
    return command(line, rest);
  }

  const programs: Record<string, (line: string, words: string[]) => Reading> = {
    cat: (path) => (path in state.files ? ok(state.files[path]) : { exit: 1, output: '' }),
    df: () => ok(' Avail\n20000M'),
    grep: () => ok(`MemTotal: ${state.memoryMb * 1024} kB\nSwapTotal: ${state.swapMb * 1024} kB`),
    'cloud-init': (line) => {
      if (line.includes('--wait')) state.cloudInit = 'done';
      return ok(`status: ${state.cloudInit}`);
    },
    dpkg: (line) => {
      if (line === '--configure -a') state.dpkgAudit = '';
      return ok(line === '--audit' ? state.dpkgAudit : 'amd64');
    },
    'dpkg-query': (_line, words) => {
      const found = words.slice(2).filter((name) => state.packages.includes(name));
      return { exit: 1, output: found.map((name) => `${name} ii  1.0`).join('\n') };
    },
    'apt-get': (_line, words) => {
      if (words[0] === 'update') return ok();
      const wanted = words.slice(words.indexOf('install') + 1);
      if (wanted.some((name) => name.startsWith('docker')) && !engineAnswers(state)) {
        state.engine = { enabled: true, active: true, liveRestore: loadedLiveRestore() };
      }
      state.packages = [...new Set([...state.packages, ...wanted])].sort();
      return ok();
    },
    swapon: (line) => {
      if (line === '--show=NAME --noheadings')
        return ok(state.swapMb > 0 && state.files['/swapfile'] ? '/swapfile' : '');
      if (state.files['/swapfile'] !== 'formatted') return { exit: 1, output: 'read swap header failed' };
      state.swapMb = 1024;
      return ok();
    },
    fallocate: () => {
      state.files['/swapfile'] ??= 'empty';
      return ok();
    },
    chmod: () => ok(),
    mkswap: () => {
      if (!state.files['/swapfile']) return { exit: 1, output: 'no such file' };
      state.files['/swapfile'] = 'formatted';
      return ok();
    },
    systemctl: (_line, [command]) => systemctl(command ?? ''),
    ss: (line) => {
      const running = Object.values(state.containers).filter(
        ({ status }) => status === 'running' && engineAnswers(state),
      );
      const proxies = running.flatMap(({ port }) => (port === undefined ? [] : [{ port, program: 'docker-proxy' }]));
      const all = [...proxies, ...(state.foreignPorts ?? []).map((port) => ({ port, program: 'nginx' }))];
      const rows = all.filter(({ port }) => line.includes(`:${port} `));
      const show = ({ port, program }: (typeof rows)[number]) =>
        `LISTEN 0 4096 172.26.0.5:${port} 0.0.0.0:* users:(("${program}",pid=7,fd=4))`;
      return ok(rows.map(show).join('\n'));
    },
  };

  function systemctl(command: string): Reading {
    const { engine, packages } = state;
    if (!packages.includes('docker.io')) return { exit: 1, output: '' };
    if (command === 'is-enabled') return engine.enabled ? ok('enabled') : { exit: 1, output: 'disabled' };
    if (command === 'is-active') return engine.active ? ok('active') : { exit: 3, output: 'inactive' };
    if (command === 'enable') engine.enabled = true;
    else Object.assign(engine, { active: true, liveRestore: loadedLiveRestore() });
    return ok();
  }

  function loadedLiveRestore(): boolean {
    return JSON.parse(state.files['/etc/docker/daemon.json'] ?? '{}')['live-restore'] === true;
  }

  function distribution(line: string): Reading {
    if (!state.packages.includes('curl')) return { exit: 127, output: '' };
    if (!engineAnswers(state)) return { exit: 7, output: '\n000' };
    const reference = /\/distribution\/(\S+)\/json$/.exec(line)?.[1] ?? '';
    const digest = world.tags[reference];
    if (!digest) return ok('{"message":"manifest unknown: manifest unknown"}\n404');
    return ok(`{"Descriptor":{"digest":"sha256:${digest}"},"Platforms":[{"architecture":"amd64","os":"linux"}]}\n200`);
  }

  function health(line: string): Reading {
    const port = Number(new URL(line.split(' ').at(-1) ?? '').port);
    const asked = Object.values(state.containers).find((one) => one.status === 'running' && one.port === port);
    return ok(asked ? (world.isHealthy(asked.image) ? '200' : '503') : '000');
  }

  function perform(action: Action): Reading {
    switch (action.verb) {
      case 'run':
        return run(action.argv, action.stdin === undefined ? '' : show(action.stdin), action.env);
      case 'run_merged':
        return run(action.argv);
      case 'wait_until': {
        const { exit, output } = run(action.argv);
        return exit === 0 && action.want !== '' && output !== action.want ? { exit: 124, output } : { exit, output };
      }
      case 'run_accepting': {
        const { exit, output } = run(action.argv);
        return { exit: action.codes.includes(exit) ? 0 : exit, output };
      }
      case 'docker_auth':
        return run(action.argv, show(action.config));
      case 'capture': {
        const { output } = run(action.argv);
        const line = output.split('\n').find((text) => text.startsWith(action.prefix));
        if (line === undefined) return { exit: 1, output };
        captured[action.variable] = line.slice(action.prefix.length);
        return ok(line);
      }
      case 'write_file':
        state.files[show(action.path)] = show(action.content);
        return ok();
      case 'write_list':
        state.files[show(action.path)] = action.items.map(show).join('\0');
        return ok();
      case 'remove_file':
        delete state.files[show(action.path)];
        return ok();
      case 'run_release':
        return docker.runRelease(state.files[show(action.file)] ?? '', action.replaces, action.options ?? []);
      case 'read_releases': {
        const paths = Object.keys(state.files).filter((path) => path.startsWith(`${action.directory}/`));
        return ok(
          paths
            .sort()
            .map((path) => state.files[path]?.split('\0')[0])
            .join('\n'),
        );
      }
      case 'wait_healthy': {
        const container = state.containers[action.container];
        return container?.status === 'running' && world.isHealthy(container.image)
          ? ok('healthy')
          : { exit: 1, output: 'stopped' };
      }
    }
  }

  return { perform };
}

function ok(output = ''): Reading {
  return { exit: 0, output };
}
