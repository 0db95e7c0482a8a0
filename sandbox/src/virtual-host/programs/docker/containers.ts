import { containerRow } from '../../docker/container-row.ts';
import { readFlags, UsageError } from '../../docker/flags.ts';
import { executeTemplate, goJson } from '../../docker/go-template.ts';
import { findImage } from '../../docker/images.ts';
import { parseReference, shown } from '../../docker/reference.ts';
import { readRun } from '../../docker/run-options.ts';
import { type Container, EngineError } from '../../docker/state.ts';
import { type Call, complain } from '../program.ts';
import { atLeastOne, type Command, exactly } from './command.ts';
import { credentialsFor } from './credentials.ts';

const SEE_RUN = "See 'docker run --help'.";

/** Made first, then started: one that cannot start stays, as `Created`, and its id is printed all the same. */
const run: Command = async (call, words) => {
  const { engine } = call.machine;
  const { detach, ...options } = readRun(words, call.environment);
  if (!detach) throw new UsageError(`docker: a virtual host runs containers with --detach only.\n${SEE_RUN}`, 125);
  const daemon = (error: unknown, end: string, exit: number) => {
    if (!(error instanceof EngineError)) throw error;
    return complain(call, `docker: Error response from daemon: ${error.message.replace(/\.$/, '')}.${end}`, exit);
  };
  let container: Container;
  try {
    fetchImage(call, options.image);
    container = engine.containers.create(options);
  } catch (error) {
    return daemon(error, `\n${SEE_RUN}`, 125);
  }
  try {
    await engine.containers.start(container);
    call.out(`${container.id}\n`);
    return 0;
  } catch (error) {
    call.out(`${container.id}\n`);
    return daemon(error, '', /executable file not found/.test((error as Error).message) ? 127 : 125);
  }
};

function fetchImage(call: Call, image: string): void {
  const { engine } = call.machine;
  if (findImage(engine.state, image)) return;
  const reference = parseReference(image);
  call.err(`Unable to find image '${shown(reference)}' locally\n`);
  engine.pull(reference, credentialsFor(call, reference.registry));
}

const ps: Command = async (call, words) => {
  const kinds = { 'all,a': 'flag', 'filter,f': 'list', format: 'text' } as const;
  const flags = readFlags(words, { command: 'docker ps', kinds });
  const format = flags.text('format');
  if (format === undefined) throw new UsageError('virtual host: docker ps takes a --format', 1);
  const { containers, state } = call.machine.engine;
  const filters = flags.list('filter').map(filter);
  const listed = containers.all().filter((one) => flags.has('all') || one.status === 'running');
  for (const container of listed.filter((one) => filters.every((fits) => fits(one)))) {
    const row = containerRow(await containers.look(container), containers, state);
    call.out(`${format === '{{json .}}' ? goJson(row) : executeTemplate(format, row)}\n`);
  }
  return 0;
};

function filter(text: string): (container: Container) => boolean {
  const [kind = '', key = '', ...value] = text.split('=');
  if (kind === 'label') return ({ labels }) => key in labels && (value.length === 0 || labels[key] === value.join('='));
  if (kind === 'name') return ({ name }) => name.includes(key);
  if (kind === 'status') return ({ status }) => status === key;
  throw new EngineError(`Invalid filter '${kind}'`, 400);
}

const rename: Command = (call, words) => {
  const { containers } = call.machine.engine;
  const flags = readFlags(words, { command: 'docker rename', kinds: {} });
  const [from = '', to = ''] = exactly(flags.rest, 2, 'docker rename', 'CONTAINER NEW_NAME', 'Rename a container');
  try {
    containers.rename(containers.get(from), to);
    return 0;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    call.err(`Error response from daemon: ${error.message}\n`);
    return complain(call, `Error: failed to rename container named ${from}`, 1);
  }
};

const logs: Command = async (call, words) => {
  const kinds = { 'tail,n': 'text', 'timestamps,t': 'flag' } as const;
  const flags = readFlags(words, { command: 'docker logs', kinds });
  const [name = ''] = exactly(flags.rest, 1, 'docker logs', '[OPTIONS] CONTAINER', 'Fetch the logs of a container');
  try {
    const { containers } = call.machine.engine;
    const lines = (await containers.look(containers.get(name))).logs;
    const tail = /^\d+$/.test(flags.text('tail') ?? '') ? Number(flags.text('tail')) : lines.length;
    for (const { at, stream, text } of tail === 0 ? [] : lines.slice(-tail)) {
      call[stream](`${flags.has('timestamps') ? `${at.replace('Z', '000000Z')} ` : ''}${text}\n`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return complain(call, `Error: ${error.message}`, 1);
  }
};

/** start, stop, restart: each name by itself, then those that failed. */
function each(
  command: string,
  about: string,
  act: (call: Call, container: Container, graceMs: number) => Promise<void>,
): Command {
  return async (call, words) => {
    const kinds = command === 'start' ? {} : ({ 'time,t': 'text' } as const);
    const flags = readFlags(words, { command: `docker ${command}`, kinds });
    const names = atLeastOne(flags.rest, `docker ${command}`, '[OPTIONS] CONTAINER [CONTAINER...]', about);
    const graceMs = seconds(flags.text('time') ?? '10', command) * 1000;
    const failed: string[] = [];
    for (const name of names) {
      try {
        await act(call, call.machine.engine.containers.get(name), graceMs);
        call.out(`${name}\n`);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        call.err(`Error response from daemon: ${error.message}\n`);
        failed.push(name);
      }
    }
    if (failed.length > 0 && command === 'start') call.err(`Error: failed to start containers: ${failed.join(', ')}\n`);
    return failed.length > 0 ? 1 : 0;
  };
}

function seconds(text: string, command: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const why = `strconv.ParseInt: parsing "${text}": invalid syntax`;
  throw new UsageError(
    `invalid argument "${text}" for "-t, --time" flag: ${why}\nSee 'docker ${command} --help'.`,
    125,
  );
}

/** With --force a container that is not there is complained of, and all is well. */
const rm: Command = async (call, words) => {
  const flags = readFlags(words, { command: 'docker rm', kinds: { 'force,f': 'flag' } });
  const names = atLeastOne(
    flags.rest,
    'docker rm',
    '[OPTIONS] CONTAINER [CONTAINER...]',
    'Remove one or more containers',
  );
  let exit = 0;
  for (const name of names) {
    try {
      const { containers } = call.machine.engine;
      await containers.remove(containers.get(name), flags.has('force'));
      call.out(`${name}\n`);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const absent = error.status === 404;
      call.err(`${absent ? 'Error' : 'Error response from daemon'}: ${error.message}\n`);
      exit = absent && flags.has('force') ? exit : 1;
    }
  }
  return exit;
};

export const containerCommands: Record<string, Command> = {
  run,
  ps,
  rename,
  logs,
  rm,
  start: each('start', 'Start one or more stopped containers', ({ machine }, one) =>
    machine.engine.containers.start(one),
  ),
  stop: each('stop', 'Stop one or more running containers', ({ machine }, one, graceMs) =>
    machine.engine.containers.stop(one, graceMs),
  ),
  restart: each('restart', 'Restart one or more containers', ({ machine }, one, graceMs) =>
    machine.engine.containers.restart(one, graceMs),
  ),
};
