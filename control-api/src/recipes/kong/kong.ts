import { isStep, type PlanItem, type Probe } from '../../lib/command.ts';
import { AppError } from '../../lib/errors.ts';
import type { Recipe } from '../recipe.ts';
import { forgetStart, rememberStart } from '../unit-steps.ts';
import type { KongConfig } from './config.ts';
import { NEEDED_MB } from './errors.ts';
import { APPLIED, type KongFacts, kongProbes, parseKong } from './facts.ts';
import { type KongPackage, planPackage } from './package.ts';
import { portTaken } from './ports.ts';
import { planStart, planSwap } from './run.ts';
import { kongConf, readsOurConfig } from './settings.ts';
import { planBoot, planSettings, reloadUnits, startId } from './unit.ts';

export interface KongWish extends KongPackage {
  config: KongConfig;
}

/** Kong without a database, ready, with this configuration loaded; reads the base recipe's facts too. */
export const kong: Recipe<KongWish, KongFacts> = { probes, parse: parseKong, plan };

/** Another configuration for a Kong that the recipe `kong` has put there. */
export const kongApply: Recipe<Pick<KongWish, 'config'>, KongFacts> = {
  probes,
  parse: parseKong,
  plan: planApply,
};

function probes({ config }: Pick<KongWish, 'config'>): Probe[] {
  return kongProbes(config.requests);
}

function plan(facts: KongFacts, wish: KongWish): PlanItem[] {
  const { active, applied, host } = facts;
  const { version, config } = wish;
  const conf = kongConf(host.memoryMb);
  const files = [...planPackage(facts, wish), ...planSettings(facts, conf)];
  requireMemory(facts);
  requirePorts(facts);
  const id = startId(version, conf);
  const drifted = files.some(isStep);
  const stale = drifted || applied !== id;
  return [
    ...(drifted && applied === id ? [forgetStart('Kong', APPLIED)] : []),
    ...files,
    ...(stale ? [reloadUnits()] : []),
    ...planBoot(facts),
    ...(stale || !active ? planStart(facts, config) : planSwap(facts, config)),
    ...(stale ? [rememberStart('Kong', APPLIED, id)] : []),
  ];
}

function planApply(facts: KongFacts, { config }: Pick<KongWish, 'config'>): PlanItem[] {
  if (facts.version === null || !readsOurConfig(facts.conf ?? '')) {
    const what = facts.version === null ? 'no Kong' : `a Kong ${facts.version} that reads no file of ours`;
    throw new AppError('app_not_found', `There is ${what} on the host.`, {
      hint: 'POST /services/deploy-kong first: it installs Kong, with this configuration.',
    });
  }
  if (facts.active) return planSwap(facts, config);
  requirePorts(facts);
  return planStart(facts, config);
}

function requireMemory({ host: { memoryMb } }: KongFacts): void {
  if (memoryMb === null || memoryMb >= NEEDED_MB) return;
  throw new AppError('insufficient_memory', `Kong needs ${NEEDED_MB} MB of RAM, and the host has ${memoryMb} MB.`, {
    details: [{ message: `Kong needs ${NEEDED_MB} MB`, needed_mb: NEEDED_MB }],
  });
}

function requirePorts({ listeners }: KongFacts): void {
  if (listeners.length > 0) throw portTaken(listeners);
}
