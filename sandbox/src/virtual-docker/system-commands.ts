import { randomBytes } from 'node:crypto';
import type { Command } from './docker-cli.ts';
import { DaemonError, type EngineState } from './engine.ts';
import { renderTemplate } from './go-template.ts';
import { parseOptions } from './options.ts';

/** What Debian 12 ships. */
export const ENGINE_VERSION = '20.10.24+dfsg1';

const version: Command = (_engine, argv) => {
  const { options } = parseOptions('version', argv, { '--format': 'value' });
  const data = { Client: { Version: ENGINE_VERSION }, Server: { Version: ENGINE_VERSION } };
  return `${renderTemplate(options.get('--format')?.[0] ?? 'Server: {{.Server.Version}}', data)}\n`;
};

const info: Command = ({ host, containers }, argv) => {
  const { options } = parseOptions('info', argv, { '--format': 'value' });
  const daemon = JSON.parse(host.readFile('/etc/docker/daemon.json') || '{}') as Record<string, unknown>;
  const data = {
    ServerVersion: ENGINE_VERSION,
    LiveRestoreEnabled: daemon['live-restore'] === true,
    LoggingDriver: daemon['log-driver'] ?? 'json-file',
    MemTotal: host.ramMb * 1024 * 1024,
    Containers: containers.list().length,
  };
  return `${renderTemplate(options.get('--format')?.[0] ?? 'Server Version: {{.ServerVersion}}', data)}\n`;
};

const inspectNetwork: Command = ({ networks }, argv) => {
  const { options, rest } = parseOptions('network inspect', argv, { '--format': 'value' });
  const [name = ''] = rest;
  if (!networks.includes(name)) throw new DaemonError(`network ${name} not found`, 404);
  return `${renderTemplate(options.get('--format')?.[0] ?? '{{json .}}', { Name: name, Driver: 'bridge' })}\n`;
};

const createNetwork: Command = (engine: EngineState, argv) => {
  const { rest } = parseOptions('network create', argv, { '--driver': 'value' });
  const [name = ''] = rest;
  if (engine.networks.includes(name)) throw new DaemonError(`network with name ${name} already exists`, 409);
  engine.networks.push(name);
  return `${randomBytes(32).toString('hex')}\n`;
};

export const systemCommands: Record<string, Command> = {
  version,
  info,
  'network inspect': inspectNetwork,
  'network create': createNetwork,
};
