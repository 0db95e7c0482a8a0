import type { PlanItem, Probe, Readings, Step } from '../../lib/command.ts';
import { AppError } from '../../lib/errors.ts';
import { requireDisk } from '../base/base.ts';
import { type BaseFacts, parseBase } from '../base/facts.ts';
import { lastLines, linesOf, outputOf, type Recipe } from '../recipe.ts';
import { mergeDaemonJson } from './daemon-json.ts';
import { type DockerSource, installDocker } from './install.ts';

export interface DockerWish {
  source: DockerSource;
}

export interface DockerFacts {
  /** The engine's own answer; null when it gives none. */
  serverVersion: string | null;
  /** It answers, or one of the packages that we could install is there. */
  installed: boolean;
  /** Text of daemon.json, '' when there is none; null when it could not be read. */
  daemonJson: string | null;
  /** Whether the running engine has read our daemon.json: then it keeps containers alive while it restarts. */
  liveRestore: boolean | null;
  enabled: boolean;
  active: boolean;
  network: boolean;
  host: BaseFacts;
}

/** The Docker network on which the apps of a host reach each other by name. */
export const NETWORK = 'fountain';

const VERSION = ['docker', 'version', '--format', '{{.Server.Version}}'];
const DAEMON_JSON = '/etc/docker/daemon.json';
const IS_ENABLED = ['systemctl', 'is-enabled', 'docker'];
const IS_ACTIVE = ['systemctl', 'is-active', 'docker'];
const INSPECT_NETWORK = ['docker', 'network', 'inspect', '--format', '{{.Name}}', NETWORK];
/** MiB that must be free before the engine is installed. */
const ENGINE_MB = 1024;

/** An engine that answers, starts at boot, rotates logs and has our network. An installed one of any kind is kept. */
export const docker: Recipe<DockerWish, DockerFacts> = { probes, parse, plan };

function probes(): Probe[] {
  const read = (name: string, argv: readonly string[]): Probe => ({
    name: `docker.${name}`,
    action: { verb: 'run', argv },
  });
  return [
    read('server', VERSION),
    read('daemon_json', ['cat', DAEMON_JSON]),
    read('live_restore', ['docker', 'info', '--format', '{{.LiveRestoreEnabled}}']),
    read('enabled', IS_ENABLED),
    read('active', IS_ACTIVE),
    read('network', INSPECT_NETWORK),
  ];
}

function parse(readings: Readings): DockerFacts {
  const host = parseBase(readings);
  const serverVersion = linesOf(outputOf(readings, 'docker.server'))[0] ?? null;
  const liveRestore = outputOf(readings, 'docker.live_restore')?.trim();
  return {
    serverVersion,
    installed: serverVersion !== null || 'docker.io' in host.packages || 'docker-ce' in host.packages,
    daemonJson: outputOf(readings, 'docker.daemon_json') ?? (readings['docker.daemon_json']?.exit === 1 ? '' : null),
    liveRestore: liveRestore === 'true' ? true : liveRestore === 'false' ? false : null,
    enabled: outputOf(readings, 'docker.enabled') !== undefined,
    active: outputOf(readings, 'docker.active') !== undefined,
    network: outputOf(readings, 'docker.network') !== undefined,
    host,
  };
}

function plan(facts: DockerFacts, wish: DockerWish): PlanItem[] {
  const running = facts.serverVersion !== null;
  if (!facts.installed) requireDisk(facts.host.diskFreeMb, ENGINE_MB, 'to install Docker');
  const configure = planConfiguration(facts);
  const reload = running && (configure.length > 0 || facts.liveRestore === false);
  return [
    ...(configure.length > 0 ? configure : [{ name: 'Docker configuration', settled: true as const }]),
    ...(facts.installed ? [] : installDocker(wish.source, facts.host)),
    facts.installed && facts.enabled ? { name: 'Docker at boot', settled: true, detail: 'enabled' } : enable(),
    ...(reload ? [systemctl('Reload Docker', 'reload-or-restart')] : []),
    ...(running ? [] : [start()]),
    running && !reload ? { name: 'Docker', settled: true, detail: facts.serverVersion ?? '' } : waitForEngine(),
    running && facts.network ? { name: 'Docker network', settled: true, detail: NETWORK } : createNetwork(),
  ];
}

/** Written before an install, so that the engine starts with it and needs no restart. */
function planConfiguration({ daemonJson }: DockerFacts): Step[] {
  if (daemonJson === null) {
    throw new AppError('step_failed', `${DAEMON_JSON} on the host could not be read.`);
  }
  const content = mergeDaemonJson(daemonJson);
  if (content === undefined) return [];
  return [
    {
      name: 'Configure Docker (live restore, log rotation)',
      effect: 'change',
      action: { verb: 'write_file', path: DAEMON_JSON, mode: '644', content, before: daemonJson },
      timeoutS: 20,
    },
  ];
}

function enable(): Step {
  return { ...systemctl('Start Docker at every boot', 'enable'), guard: IS_ENABLED };
}

/** Installing may have started it; starting what runs would be reported as a change. */
function start(): Step {
  return { ...systemctl('Start Docker', 'start'), guard: IS_ACTIVE };
}

function systemctl(name: string, command: 'enable' | 'start' | 'reload-or-restart'): Step {
  return { name, effect: 'change', action: { verb: 'run', argv: ['systemctl', command, 'docker'] }, timeoutS: 120 };
}

function waitForEngine(): Step {
  return {
    name: 'Wait until Docker answers',
    effect: 'check',
    action: { verb: 'wait_until', argv: VERSION, want: '', stop: '', intervalS: 1, times: 1 },
    timeoutS: 60,
    explain: (_exit, output) =>
      new AppError('step_failed', `Docker does not answer on the host: ${lastLines(output, 3)}.`, {
        hint: 'Read `journalctl -u docker -n 50` on the host, mend the cause and repeat the call.',
      }),
  };
}

/** Guarded: an engine that could not be asked may have it already. */
function createNetwork(): Step {
  return {
    name: `Make the Docker network ${NETWORK}`,
    effect: 'change',
    action: { verb: 'run', argv: ['docker', 'network', 'create', NETWORK] },
    timeoutS: 60,
    guard: INSPECT_NETWORK,
  };
}
