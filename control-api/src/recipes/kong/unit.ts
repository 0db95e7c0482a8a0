import { sha256 } from '../../lib/canonical.ts';
import type { PlanItem, Step } from '../../lib/command.ts';
import { look, rememberStart, startEvidence, wishFile } from '../unit-steps.ts';
import type { KongConfig } from './config.ts';
import { explainStart } from './errors.ts';
import { APPLIED, IS_ENABLED, type KongFacts, STATUS_URL } from './facts.ts';
import { load, putBack } from './load.ts';
import { LISTENERS } from './ports.ts';
import { CONF, DROP_IN, DROP_IN_TEXT } from './settings.ts';

/** kong.conf and the drop-in of the unit. */
export function planSettings({ conf, dropIn }: KongFacts, wanted: string): PlanItem[] {
  return [
    wishFile({ name: 'Kong settings', path: CONF, content: wanted, before: conf }),
    wishFile({
      name: 'Kong unit: started again when it ends',
      path: DROP_IN,
      content: DROP_IN_TEXT,
      before: dropIn,
    }),
  ];
}

/** Names all that the running Kong read when it was started, but for the configuration, which it loads without a start. */
export function startId(version: string, conf: string): string {
  return sha256(JSON.stringify([version, conf, DROP_IN_TEXT]));
}

/** Enabled, and running with this configuration. `stale`: to be started with the present files, and remembered so as `id`. */
export function planUnit(facts: KongFacts, config: KongConfig, id: string, stale: boolean): PlanItem[] {
  return [
    ...(stale ? [systemctl('Let systemd read the unit anew', ['daemon-reload'])] : []),
    facts.enabled ? { name: 'Kong at boot', settled: true, detail: 'enabled' } : enable(),
    ...planRun(facts, config, stale),
    ...(stale ? [rememberStart('Kong', APPLIED, id)] : []),
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
  const back = putBack(facts, config);
  return [
    ...startEvidence('Kong', 'kong'),
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
