import { asStruct, containerJson, networkJson } from '../../docker/container-json.ts';
import type { Engine } from '../../docker/engine.ts';
import { readFlags, UsageError } from '../../docker/flags.ts';
import { findImage, imageJson } from '../../docker/images.ts';
import type { Machine } from '../../machine/machine.ts';
import { complain } from '../program.ts';
import { atLeastOne, type Command, exactly, printFormatted } from './command.ts';

const version: Command = (call, words) => {
  const flags = readFlags(words, { command: 'docker version', kinds: { 'format,f': 'text' } });
  const Version = engineVersion(call.machine);
  const data = { Client: { Version, Os: 'linux' }, Server: { Version, Os: 'linux', Arch: 'amd64' } };
  return printFormatted(call, flags.text('format') ?? 'Server: Docker Engine {{.Server.Version}}', data);
};

const info: Command = (call, words) => {
  const flags = readFlags(words, { command: 'docker info', kinds: { 'format,f': 'text' } });
  const { engine, spec } = call.machine;
  const data = {
    Containers: engine.state.containers.length,
    Images: engine.state.images.length,
    Driver: 'overlay2',
    LoggingDriver: 'json-file',
    LiveRestoreEnabled: engine.liveRestore(),
    ServerVersion: engineVersion(call.machine),
    MemTotal: spec.ramMb * 1024 ** 2,
    Name: spec.name,
  };
  return printFormatted(call, flags.text('format') ?? 'Server Version: {{.ServerVersion}}', data);
};

/** Of the package: `5:28.5.2-1~debian.12` is 28.5.2. */
export function engineVersion({ state }: Machine): string {
  const { version = '' } = state.packages['docker.io'] ?? state.packages['docker-ce'] ?? {};
  return version.replace(/^\d+:/, '').split('-')[0] ?? '';
}

const inspect: Command = async (call, words) => {
  const kinds = { 'format,f': 'text', type: 'text' } as const;
  const flags = readFlags(words, { command: 'docker inspect', kinds });
  const type = flags.text('type');
  if (type !== undefined && !['container', 'image'].includes(type)) {
    throw new UsageError(`"${type}" is not a valid value for --type`, 1);
  }
  const about = 'Return low-level information on Docker objects';
  const [name = ''] = atLeastOne(flags.rest, 'docker inspect', '[OPTIONS] NAME|ID [NAME|ID...]', about);
  const format = flags.text('format');
  const json = await findObject(call.machine.engine, name, type);
  if (!json) {
    call.out(format === undefined ? '[]\n' : '\n');
    return complain(call, `Error: No such ${type ?? 'object'}: ${name}`, 1);
  }
  if (format !== undefined) return printFormatted(call, format, json, asStruct(json));
  call.out(`${JSON.stringify([json], null, 4)}\n`);
  return 0;
};

async function findObject(
  engine: Engine,
  name: string,
  type: string | undefined,
): Promise<Record<string, unknown> | undefined> {
  const { containers, state } = engine;
  const found =
    type === 'image' ? undefined : state.containers.find((one) => one.name === name || one.id.startsWith(name));
  if (found) return containerJson(await containers.look(found), engine);
  const image = type === 'container' ? undefined : findImage(state, name);
  return image && imageJson(image);
}

const network: Command = (call, [command, ...words]) => {
  const { engine } = call.machine;
  if (command === 'create') {
    const flags = readFlags(words, { command: 'docker network create', kinds: { internal: 'flag' } });
    const [name = ''] = exactly(flags.rest, 1, 'docker network create', '[OPTIONS] NETWORK', 'Create a network');
    call.out(`${engine.createNetwork(name, flags.has('internal')).id}\n`);
    return 0;
  }
  if (command === 'connect') {
    const flags = readFlags(words, { command: 'docker network connect', kinds: { alias: 'list' } });
    const about = 'Connect a container to a network';
    const [name = '', container = ''] = exactly(
      flags.rest,
      2,
      'docker network connect',
      '[OPTIONS] NETWORK CONTAINER',
      about,
    );
    engine.containers.connect(engine.containers.get(container), name, flags.list('alias'));
    return 0;
  }
  if (command !== 'inspect')
    throw new UsageError(`docker: 'network ${command}' is not a command of a virtual host.`, 1);
  const flags = readFlags(words, { command: 'docker network inspect', kinds: { 'format,f': 'text' } });
  const about = 'Display detailed information on one or more networks';
  const [name = ''] = atLeastOne(flags.rest, 'docker network inspect', '[OPTIONS] NETWORK [NETWORK...]', about);
  const found = engine.state.networks.find((one) => one.name === name);
  const format = flags.text('format');
  if (!found) {
    call.out(format === undefined ? '[]\n' : '\n');
    return complain(call, `Error: No such network: ${name}`, 1);
  }
  const json = networkJson(found);
  if (format !== undefined) return printFormatted(call, format, json, asStruct(json));
  call.out(`${JSON.stringify([json], null, 4)}\n`);
  return 0;
};

export const engineCommands: Record<string, Command> = { version, info, inspect, network };

/** What the client says of an engine that does not answer; some commands print an empty line or list before. */
export function noEngine(command: string, words: readonly string[]): { out: string; err: string } {
  const formatted = words.some((word) => word === '-f' || word.startsWith('--format'));
  if (command === 'info' && formatted) {
    const pointer = 'reflect: indirection through nil pointer to embedded struct field Info';
    return { out: '\n', err: `template: :1:2: executing "" at <.LiveRestoreEnabled>: ${pointer}\n` };
  }
  const inspects = command === 'inspect' || words[0] === 'inspect';
  const out = inspects ? (formatted ? '\n' : '[]\n') : command === 'version' && formatted ? '\n' : '';
  const socket = 'unix:///var/run/docker.sock';
  return { out, err: `Cannot connect to the Docker daemon at ${socket}. Is the docker daemon running?\n` };
}
