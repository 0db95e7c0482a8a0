import type { PlanItem, Step } from '../../lib/command.ts';
import { look, startEvidence } from '../unit-steps.ts';
import type { KongConfig } from './config.ts';
import { explainStart } from './errors.ts';
import { type KongFacts, STATUS_URL } from './facts.ts';
import {
  checkBeside,
  configDiffers,
  isFirst,
  load,
  loadFileAgain,
  putBack,
  putInPlace,
  remember,
  settledFile,
} from './load.ts';
import { LISTENERS } from './ports.ts';
import { planRoutes } from './routes.ts';
import { NEXT_CONFIG } from './settings.ts';
import { restart } from './unit.ts';

/**
 * This configuration in a Kong that is to be started: the file is in its place before Kong reads it. When Kong does not start, or
 * does not serve it, the one before is put back, and Kong started with it.
 */
export function planStart(facts: KongFacts, config: KongConfig): PlanItem[] {
  const back = putBack(facts, config);
  const explain = (_: number, output: string) => explainStart(output, back.length > 0);
  const again = back.length === 0 ? [] : [...back, restart('Start Kong with the previous configuration')];
  const rescue = [...startEvidence('Kong', 'kong'), look('Show who listens on its ports', LISTENERS), ...again];
  return [
    // Also when it is there already: what will read it is another Kong.
    ...checkBeside(config),
    ...putInPlace(facts, config),
    { ...restart('Start Kong'), rescue, explain },
    { ...waitReady(), rescue, explain },
    { ...load('Compare the loaded configuration with the file', 'check'), rescue: again },
    ...planRoutes(facts.routes, config.requests, { anew: true, rescue: again, isFirst: isFirst(facts, config) }),
    ...remember(facts, config),
  ];
}

/**
 * This configuration in a Kong that runs: loaded from beside the present file, looked at through the gateway, and only then put
 * in the file's place. Until then a start, and the way back, lead to the one before.
 */
export function planSwap(facts: KongFacts, config: KongConfig): PlanItem[] {
  const differs = configDiffers(facts, config);
  const { ready, routes } = facts;
  const loaded = facts.loadedHash === config.md5;
  const rescue = differs ? loadFileAgain(facts) : loadPrevious(facts, config);
  const settled = { name: 'Kong', settled: true as const, detail: 'ready, with this configuration loaded' };
  return [
    ...(differs ? checkBeside(config) : [settledFile(config)]),
    ...(loaded && ready ? [settled] : []),
    ...(loaded ? [] : [{ ...load('Load the configuration', 'change', differs ? NEXT_CONFIG : undefined), rescue }]),
    ...(ready ? [] : [{ ...waitReady(), rescue }]),
    ...planRoutes(routes, config.requests, { anew: !loaded || !ready, rescue, isFirst: isFirst(facts, config) }),
    ...(differs ? putInPlace(facts, config) : []),
    ...remember(facts, config),
  ];
}

/** The way back after a cut between the file and the start that reads it. */
function loadPrevious(facts: KongFacts, config: KongConfig): Step[] {
  const back = putBack(facts, config);
  return back.length === 0 ? [] : [...back, load('Load the previous configuration again', 'change')];
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
