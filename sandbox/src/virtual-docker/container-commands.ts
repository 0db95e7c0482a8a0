import type { Container } from './containers.ts';
import { type Command, PartlyFound } from './docker-cli.ts';
import { DaemonError, type EngineState, imageId } from './engine.ts';
import { renderTemplate } from './go-template.ts';
import { parseOptions } from './options.ts';

const inspect: Command = (engine, argv) => {
  const { options, rest } = parseOptions('inspect', argv, { '--type': 'value', '--format': 'value' });
  const format = options.get('--format')?.[0] ?? '{{json .}}';
  return rest
    .map((name) => {
      const container = engine.containers.find(name);
      if (!container) throw new PartlyFound('\n', `Error: No such ${options.get('--type')?.[0] ?? 'object'}: ${name}`);
      engine.containers.look(container);
      return `${renderTemplate(format, describe(engine, container))}\n`;
    })
    .join('');
};

function describe({ containers }: EngineState, container: Container) {
  const { id, name, image, imageName, status, exitCode, oomKilled, startedAt, restartCount, createdAt } = container;
  const health = containers.health(container);
  return {
    // `docker inspect` looks at its struct first, where the field is ID, then at the JSON, where it is Id.
    ID: id,
    Id: id,
    Name: `/${name}`,
    Created: createdAt,
    Image: imageId(image),
    RestartCount: restartCount,
    Config: {
      Image: imageName,
      Labels: container.labels,
      Env: Object.entries(container.env).map((pair) => pair.join('=')),
    },
    State: {
      Status: status,
      Running: status === 'running',
      ExitCode: exitCode,
      OOMKilled: oomKilled,
      StartedAt: startedAt,
      Health: health && status === 'running' ? { Status: health } : null,
    },
    HostConfig: { Memory: container.memory, RestartPolicy: { Name: container.restart }, Binds: container.volumes },
  };
}

const list: Command = ({ containers }, argv) => {
  const { options } = parseOptions('ps', argv, {
    '--all': 'flag',
    '-a': 'flag',
    '--filter': 'value',
    '--format': 'value',
  });
  const labels = (options.get('--filter') ?? []).map((filter) => {
    if (!filter.startsWith('label=')) throw new DaemonError(`Invalid filter '${filter}'`, 400);
    return filter.slice(6);
  });
  const all = options.has('--all') || options.has('-a');
  const format = options.get('--format')?.[0] ?? '{{.Names}}';
  return containers
    .list()
    .filter(({ status }) => all || status === 'running')
    .filter((container) => labels.every((label) => label in container.labels))
    .map((container) => `${renderTemplate(format, row(container, containers.health(container)))}\n`)
    .join('');
};

function row(container: Container, health: string | null) {
  const { id, name, imageName, status, exitCode, labels, ports } = container;
  const note = health ? ` (${health === 'starting' ? 'health: starting' : health})` : '';
  return {
    ID: id.slice(0, 12),
    Names: name,
    Image: imageName,
    State: status,
    Status: {
      created: 'Created',
      running: `Up Less than a second${note}`,
      exited: `Exited (${exitCode}) Less than a second ago`,
    }[status],
    Labels: Object.entries(labels)
      .map((pair) => pair.join('='))
      .join(','),
    Ports:
      status === 'running'
        ? ports.map((port) => `${port.address}:${port.hostPort}->${port.containerPort}/tcp`).join(', ')
        : '',
  };
}

const logs: Command = ({ containers }, argv) => {
  const { options, rest } = parseOptions('logs', argv, { '--tail': 'value', '--timestamps': 'flag' });
  const container = required(containers.find(rest[0] ?? ''), rest[0]);
  const tail = Number(options.get('--tail')?.[0] ?? container.logs.length);
  return container.logs
    .slice(tail === 0 ? container.logs.length : -tail)
    .map(({ at, text }) => `${options.has('--timestamps') ? `${at} ` : ''}${text}\n`)
    .join('');
};

const rename: Command = ({ containers }, [from = '', to = '']) => {
  const container = required(containers.find(from), from);
  const other = containers.list().find(({ name }) => name === to);
  if (other)
    throw new DaemonError(
      `Error when allocating new name: Conflict. The container name "/${to}" is already in use by container "${other.id}". You have to remove (or rename) that container to be able to reuse that name.`,
      409,
    );
  container.name = to;
  return '';
};

const remove: Command = async ({ containers }, argv) => {
  const { options, rest } = parseOptions('rm', argv, { '--force': 'flag', '-f': 'flag' });
  const container = required(containers.find(rest[0] ?? ''), rest[0]);
  const force = options.has('--force') || options.has('-f');
  if (container.status === 'running' && !force) {
    throw new DaemonError(
      `You cannot remove a running container ${container.id}. Stop the container before attempting removal or force remove`,
      409,
    );
  }
  await containers.remove(container);
  return `${rest[0]}\n`;
};

/** stop, start and restart, which take a name and print it. */
function lifecycle(command: string, act: (engine: EngineState, container: Container) => Promise<void>): Command {
  return async (engine, argv) => {
    const { rest } = parseOptions(command, argv, { '--time': 'value', '-t': 'value' });
    const container = required(engine.containers.find(rest[0] ?? ''), rest[0]);
    try {
      await act(engine, container);
    } catch (error) {
      throw new DaemonError((error as Error).message);
    }
    return `${rest[0]}\n`;
  };
}

function required(container: Container | undefined, name: string | undefined): Container {
  if (!container) throw new DaemonError(`No such container: ${name}`, 404);
  return container;
}

export const containerCommands: Record<string, Command> = {
  inspect,
  ps: list,
  logs,
  rename,
  rm: remove,
  stop: lifecycle('stop', ({ containers }, container) => containers.stop(container)),
  start: lifecycle('start', async ({ containers }, container) => {
    if (container.status !== 'running') await containers.start(container);
  }),
  restart: lifecycle('restart', async ({ containers }, container) => {
    await containers.stop(container);
    await containers.start(container);
  }),
};
