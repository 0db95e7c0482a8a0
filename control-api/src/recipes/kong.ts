import { isStep, type PlanItem } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import type { KongConfig } from './kong-config.ts';
import { NEEDED_MB } from './kong-errors.ts';
import { type KongFacts, kongProbes, parseKong } from './kong-facts.ts';
import { planConfigFile } from './kong-load.ts';
import { type KongPackage, planPackage } from './kong-package.ts';
import { portTaken } from './kong-ports.ts';
import { kongConf, readsOurConfig } from './kong-settings.ts';
import { forgetStart, planRun, planSettings, planUnit, startId } from './kong-unit.ts';
import type { Recipe } from './recipe.ts';

export interface KongWish extends KongPackage {
  config: KongConfig;
}

/** Kong without a database, ready, with this configuration loaded; reads the base recipe's facts too. */
export const kong: Recipe<KongWish, KongFacts> = { probes: kongProbes, parse: parseKong, plan };

/** Another configuration for a Kong that the recipe `kong` has put there. */
export const kongApply: Recipe<Pick<KongWish, 'config'>, KongFacts> = {
  probes: kongProbes,
  parse: parseKong,
  plan: planApply,
};

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
    ...(drifted && applied === id ? [forgetStart()] : []),
    ...files,
    ...planConfigFile(facts, config, stale || !active),
    ...planUnit(facts, config, id, stale),
  ];
}

function planApply(facts: KongFacts, { config }: Pick<KongWish, 'config'>): PlanItem[] {
  if (facts.version === null || !readsOurConfig(facts.conf ?? '')) {
    const what = facts.version === null ? 'no Kong' : `a Kong ${facts.version} that reads no file of ours`;
    throw new AppError('app_not_found', `There is ${what} on the host.`, {
      hint: 'POST /services/deploy-kong first: it installs Kong, with this configuration.',
    });
  }
  if (!facts.active) requirePorts(facts);
  return [...planConfigFile(facts, config, false), ...planRun(facts, config, false)];
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
