import { sha256 } from '../lib/canonical.ts';
import type { PlanItem, Step } from '../lib/command.ts';
import type { KongConfig } from './kong-config.ts';
import { explainStart } from './kong-errors.ts';
import { APPLIED, IS_ENABLED, type KongFacts, STATUS_URL } from './kong-facts.ts';
import { load, putBack } from './kong-load.ts';
import { LISTENERS } from './kong-ports.ts';
import { CONF, DROP_IN, DROP_IN_TEXT } from './kong-settings.ts';

/** kong.conf and the drop-in of the unit. */
export function planSettings({ conf, dropIn }: KongFacts, wanted: string): PlanItem[] {
  const file = (name: string, path: string, content: string, before: string | null): PlanItem =>
    before === content.trimEnd()
      ? { name, settled: true, detail: path }
      : {
          name: `Write ${path}`,
          effect: 'change',
          action: { verb: 'write_file', path, mode: '644', content, before: before ?? '' },
          timeoutS: 20,
        };
  return [
    file('Kong settings', CONF, wanted, conf),
    file('Kong unit: started again when it ends', DROP_IN, DROP_IN_TEXT, dropIn),
  ];
}

/** Names all that the running Kong read when it was started, but for the configuration, which it loads without a start. */
export function startId(version: string, conf: string): string {
  return sha256(JSON.stringify([version, conf, DROP_IN_TEXT]));
}

/** Before a file changes that Kong was started with, so that a cut after it is known as such. */
export function forgetStart(): Step {
  return {
    name: 'Forget what Kong was started with',
    effect: 'change',
    action: { verb: 'remove_file', path: APPLIED },
    timeoutS: 20,
  };
}

/** Enabled, and running with this configuration. `stale`: to be started with the present files, and remembered so as `id`. */
export function planUnit(facts: KongFacts, config: KongConfig, id: string, stale: boolean): PlanItem[] {
  return [
    ...(stale ? [systemctl('Let systemd read the unit anew', ['daemon-reload'])] : []),
    facts.enabled ? { name: 'Kong at boot', settled: true, detail: 'enabled' } : enable(),
    ...planRun(facts, config, stale),
    ...(stale ? [remember(id)] : []),
  ];
}

/** Running, with this configuration loaded. A start loads it too; then Kong is only asked whether it did. */
export function planRun(facts: KongFacts, config: KongConfig, restart: boolean): PlanItem[] {
  if (restart || !facts.active) {
    const rescue = rescueStart(facts, config);
    const restored = putBack(facts, config).length > 0;
    const explain = (_: number, output: string) => explainStart(output, restored);
    return [
      { ...systemctl('Start Kong', ['restart', 'kong']), rescue, explain },
      { ...waitReady(), rescue, explain },
      { ...load('Compare the loaded configuration with the file', 'check'), rescue: rescueLoad(facts, config) },
    ];
  }
  const loaded = facts.loadedHash === config.md5;
  if (loaded && facts.ready) return [{ name: 'Kong', settled: true, detail: 'ready, with this configuration loaded' }];
  return [
    ...(loaded ? [] : [{ ...load('Load the configuration', 'change'), rescue: rescueLoad(facts, config) }]),
    ...(facts.ready ? [] : [waitReady()]),
  ];
}

function rescueLoad(facts: KongFacts, config: KongConfig): Step[] {
  const back = putBack(facts, config);
  return back.length === 0 ? [] : [...back, load('Load the previous configuration again', 'change')];
}

/** Evidence, then the way back, as far as there is one. */
function rescueStart(facts: KongFacts, config: KongConfig): Step[] {
  const look = (name: string, argv: readonly string[]): Step => ({
    name,
    effect: 'check',
    action: { verb: 'run', argv },
    timeoutS: 20,
  });
  const journal = ['journalctl', '--unit', 'kong', '--lines', '20', '--no-pager', '--output', 'cat'];
  const properties = '--property=ActiveState,SubState,Result,ExecMainStatus';
  const back = putBack(facts, config);
  return [
    look('Show the state of Kong', ['systemctl', 'show', 'kong', properties]),
    look('Show what Kong said', journal),
    look('Show who listens on its ports', LISTENERS),
    ...(back.length === 0
      ? []
      : [...back, systemctl('Start Kong with the previous configuration', ['restart', 'kong'])]),
  ];
}

function waitReady(): Step {
  const argv = ['curl', '--silent', '--fail', '--max-time', '5', `${STATUS_URL}/ready`];
  return {
    name: 'Wait until Kong is ready',
    effect: 'check',
    action: { verb: 'wait_until', argv, want: '', stop: '', intervalS: 1, times: 1 },
    timeoutS: 60,
    explain: (_exit, output) => explainStart(output, false),
  };
}

/** Installing may have enabled it. */
function enable(): Step {
  return { ...systemctl('Start Kong at every boot', ['enable', 'kong']), guard: IS_ENABLED };
}

function systemctl(name: string, words: readonly string[]): Step {
  return { name, effect: 'change', action: { verb: 'run', argv: ['systemctl', ...words] }, timeoutS: 120 };
}

function remember(id: string): Step {
  return {
    name: 'Remember what Kong was started with',
    effect: 'change',
    action: { verb: 'write_file', path: APPLIED, mode: '644', content: `${id}\n` },
    timeoutS: 20,
  };
}
