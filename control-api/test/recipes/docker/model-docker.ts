import type { Reading } from '../../../src/lib/command.ts';
import { engineAnswers, type ModelState, type ModelWorld } from '../model-state.ts';

const ok = (output = ''): Reading => ({ exit: 0, output });
const fail = (output: string): Reading => ({ exit: 1, output });

/** The `docker` program of a model host. */
export function createModelDocker(state: ModelState, world: ModelWorld) {
  const { containers } = state;

  function run(words: readonly string[], stdin: string): Reading {
    if (!state.packages.includes('docker.io')) return { exit: 127, output: '' };
    if (!engineAnswers(state)) return fail('Cannot connect to the Docker daemon');
    const [command = '', ...rest] = words;
    const handler = commands[command];
    if (!handler) throw new Error(`the model engine has no docker ${command}`);
    return handler(rest, stdin);
  }

  const commands: Record<string, (words: readonly string[], stdin: string) => Reading> = {
    version: () => ok('20.10.24'),
    info: () => ok(String(state.engine.liveRestore)),
    logs: () => ok('a log line'),
    network: ([action = '', ...words]) => network(action, words),
    pull: (words) => pull(words.at(-1) ?? ''),
    image: ([action, ...words]) => image(action ?? '', words),
    inspect: (words) => {
      const found = containers[words.at(-1) ?? ''];
      if (!found) return fail('');
      if (words.join().includes('.NetworkID')) return found.aliases ? ok('id') : fail('nil data');
      const { status, restarts, image, labels } = found;
      const more = { id: 'id', started_at: '2026-11-21T10:00:00Z', oom: false, health: null };
      return ok(JSON.stringify({ ...more, status, restarts, image, labels }));
    },
    rename: ([from = '', to = '']) => {
      const found = containers[from];
      if (!found || containers[to]) return fail('no such container, or the name is in use');
      delete containers[from];
      containers[to] = found;
      return ok();
    },
    stop: (words) => withContainer(words.at(-1), (container) => ({ ...container, status: 'exited' })),
    start: (words) => {
      const taken = portTaken(containers[words.at(-1) ?? '']?.port);
      return taken ?? withContainer(words.at(-1), (container) => ({ ...container, status: 'running', restarts: 0 }));
    },
    restart: (words) => withContainer(words.at(-1), (container) => ({ ...container, status: 'running', restarts: 0 })),
    rm: (words) => {
      const name = words.at(-1) ?? '';
      if (!containers[name]) return fail('no such container');
      if (containers[name].status === 'running' && !words.includes('--force')) return fail('it is running');
      delete containers[name];
      return ok();
    },
  };

  function withContainer(name = '', change: (container: (typeof containers)[string]) => (typeof containers)[string]) {
    const found = containers[name];
    if (!found) return fail('no such container');
    containers[name] = change(found);
    return ok();
  }

  function network(action: string, words: readonly string[]): Reading {
    const name = words.find((word) => word.startsWith('fountain')) ?? '';
    const there = name === 'fountain' ? state.network : state.networks?.includes(name);
    if (action === 'inspect') return there ? ok(name) : fail('no such network');
    if (action === 'create') {
      if (there) return fail(`network with name ${name} already exists`);
      if (name === 'fountain') state.network = true;
      else state.networks = [...(state.networks ?? []), name];
      return ok();
    }
    if (action !== 'connect') throw new Error(`the model engine has no docker network ${action}`);
    const found = containers[words.at(-1) ?? ''];
    if (!there || !found || found.aliases) return fail('no such network or container, or connected already');
    found.aliases = [words[words.indexOf('--alias') + 1] ?? ''];
    return ok();
  }

  function portTaken(port: number | undefined): Reading | undefined {
    const running = Object.values(containers).filter(({ status }) => status === 'running');
    const all = [...running.map((container) => container.port), ...(state.foreignPorts ?? [])];
    return port !== undefined && all.includes(port) ? fail(`port ${port} is already allocated`) : undefined;
  }

  function pull(reference: string): Reading {
    const repository = reference.replace(/(@sha256)?:[^:/]*$/, '');
    const digest = /@sha256:(.*)$/.exec(reference)?.[1] ?? world.tags[reference];
    if (!digest) return fail('manifest unknown');
    state.images = [...new Set([...state.images, `${repository}@sha256:${digest}`])].sort();
    return ok();
  }

  function image(action: string, words: readonly string[]): Reading {
    const name = words.at(-1) ?? '';
    if (action === 'ls') return ok(state.images.join('\n'));
    if (action === 'rm') {
      if (Object.values(containers).some((container) => container.image === name)) return fail('in use');
      state.images = state.images.filter((image) => image !== name);
      return ok();
    }
    const found = name.includes('@') ? name : `${name.replace(/:[^:/]*$/, '')}@sha256:${world.tags[name]}`;
    if (!state.images.includes(found)) return fail('no such image');
    return ok(words.includes('{{.Architecture}}') ? 'amd64' : `${found}\n`);
  }

  function runRelease(file: string, replaces: string, options: readonly string[]): Reading {
    const [, count = '0', ...items] = file.split('\0');
    const words = [...options, ...items.slice(Number(count))];
    const optionOf = (option: string) => words[words.indexOf(option) + 1] ?? '';
    const name = optionOf('--name');
    const image = words.at(-1) ?? '';
    if (!state.network) return fail('network fountain not found');
    if (!name || containers[name] || !state.images.includes(image)) return fail('conflict, or no such image');
    const labels = words.flatMap((word, index) => (word === '--label' ? [(words[index + 1] ?? '').split('=', 2)] : []));
    const ours = { 'fountain.replaces': replaces, ...Object.fromEntries(labels) };
    const published = words.includes('--publish') ? { port: Number(optionOf('--publish').split(':')[1]) } : {};
    const taken = portTaken(published.port);
    const status = taken ? 'created' : world.isHealthy(image) ? 'running' : 'exited';
    containers[name] = { image, labels: ours, status, restarts: 0, ...published };
    return taken ?? ok();
  }

  return { run, runRelease };
}
