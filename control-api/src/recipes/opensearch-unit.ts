import type { PlanItem, Step } from '../lib/command.ts';
import { explainStart } from './opensearch-errors.ts';
import { healthUrl, type OpensearchFacts } from './opensearch-facts.ts';
import { enable } from './opensearch-package.ts';
import { DROP_IN_TEXT, type OpensearchSettings, PATHS } from './opensearch-settings.ts';
import { ADMIN_CERTIFICATE } from './opensearch-tls.ts';

/** How OpenSearch shall run. */
export interface OpensearchRun {
  heapMb: number;
  tls: boolean;
  /** It is to be started with the present files, and remembered so as `id`. */
  stale: boolean;
  /** The package is installed or finished before, and a unit that was enabled may no longer be. */
  installs: boolean;
  id: string;
}

/** Files it is started with. `anew`: whatever the facts say, since the package's script may change them before. */
export function planFiles(facts: OpensearchFacts, { settings, heap }: OpensearchSettings, anew: boolean): PlanItem[] {
  const file = (name: string, path: string, content: string, before: string | null): PlanItem =>
    before === content.trimEnd() && !anew
      ? { name, settled: true, detail: path }
      : {
          name: `Write ${path}`,
          effect: 'change',
          action: { verb: 'write_file', path, mode: '644', content, before: before ?? '' },
          timeoutS: 20,
        };
  return [
    file('OpenSearch settings', PATHS.settings, settings, facts.settings),
    file('OpenSearch heap', PATHS.heap, heap, facts.heap),
    file('OpenSearch unit: time to start, started again when it ends', PATHS.dropIn, DROP_IN_TEXT, facts.dropIn),
  ];
}

/** Lucene maps its files into memory; under 262144 maps OpenSearch may refuse to start. The package sets as many, where it can. */
export function planMaps({ maxMapCount }: OpensearchFacts): PlanItem[] {
  const wanted = 262_144;
  if (maxMapCount !== null && maxMapCount >= wanted) {
    return [{ name: 'vm.max_map_count', settled: true, detail: String(maxMapCount) }];
  }
  return [
    {
      name: `Write ${PATHS.sysctl}`,
      effect: 'change',
      action: { verb: 'write_file', path: PATHS.sysctl, mode: '644', content: `vm.max_map_count = ${wanted}\n` },
      timeoutS: 20,
    },
    run('Set vm.max_map_count', ['sysctl', '--load', PATHS.sysctl]),
  ];
}

/** Before something changes that OpenSearch was started with, so that a cut after it is known as such. */
export function forgetStart(): Step {
  return {
    name: 'Forget what OpenSearch was started with',
    effect: 'change',
    action: { verb: 'remove_file', path: PATHS.applied },
    timeoutS: 20,
  };
}

/** Plugins must not go while it runs. */
export function stop(): Step {
  return run('Stop OpenSearch', ['systemctl', 'stop', 'opensearch']);
}

/** Started at boot and running with the present files; `login`: what follows before it counts as started. */
export function planUnit(facts: OpensearchFacts, how: OpensearchRun, login: readonly Step[]): PlanItem[] {
  const { enabled, state } = facts;
  const { stale, tls } = how;
  const health = facts.health === 'refused' && !tls ? 'mute' : facts.health;
  const runs = state === 'active' && !stale && health !== 'mute';
  const restart = stale || state === 'active';
  return [
    ...(stale ? [run('Let systemd read the unit anew', ['systemctl', 'daemon-reload'])] : []),
    enabled && !how.installs ? { name: 'OpenSearch at boot', settled: true, detail: 'enabled' } : enable(),
    ...(runs ? [] : [start(facts, how, restart ? 'restart' : 'start')]),
    ...(runs && health === 'good'
      ? [{ name: 'OpenSearch', settled: true as const, detail: 'healthy' }]
      : [waitHealthy(facts, how), ...login]),
    ...(stale ? [remember(how.id)] : []),
  ];
}

/** A unit that is on its way already is joined by `start`, and begun anew by `restart`. */
function start(facts: OpensearchFacts, how: OpensearchRun, command: 'start' | 'restart'): Step {
  return {
    ...run('Start OpenSearch', ['systemctl', command, 'opensearch']),
    // The unit's own limit of 600 s comes first, and tells more.
    timeoutS: 660,
    rescue: [...evidence(), { ...stop(), name: 'Stop trying to start OpenSearch' }],
    explain: (_exit, output) => explainStart({ heapMb: how.heapMb, memoryMb: facts.host.memoryMb }, output),
  };
}

/** With TLS as the super admin, who needs no password: then it answers also before it has read its users. */
function waitHealthy(facts: OpensearchFacts, { heapMb, tls }: OpensearchRun): Step {
  const login = tls ? ADMIN_CERTIFICATE : [];
  const argv = ['curl', '--silent', '--fail', ...login, '--max-time', '40', healthUrl(tls, 30)];
  return {
    name: 'Wait until OpenSearch is healthy',
    effect: 'check',
    action: { verb: 'wait_until', argv, want: '', stop: '', intervalS: 2, times: 1 },
    timeoutS: 120,
    rescue: evidence(),
    explain: (_exit, output) => explainStart({ heapMb, memoryMb: facts.host.memoryMb }, output),
  };
}

function evidence(): Step[] {
  const look = (name: string, argv: readonly string[]): Step => ({
    name,
    effect: 'check',
    action: { verb: 'run', argv },
    timeoutS: 20,
  });
  const properties = '--property=ActiveState,SubState,Result,ExecMainStatus';
  const journal = ['journalctl', '--unit', 'opensearch', '--lines', '20', '--no-pager', '--output', 'cat'];
  return [
    look('Show the state of OpenSearch', ['systemctl', 'show', 'opensearch', properties]),
    look('Show what OpenSearch said', journal),
  ];
}

function remember(id: string): Step {
  return {
    name: 'Remember what OpenSearch was started with',
    effect: 'change',
    action: { verb: 'write_file', path: PATHS.applied, mode: '644', content: `${id}\n` },
    timeoutS: 20,
  };
}

function run(name: string, argv: readonly string[]): Step {
  return { name, effect: 'change', action: { verb: 'run', argv }, timeoutS: 180 };
}
