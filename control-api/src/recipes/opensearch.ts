import { isStep, type PlanItem } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import { privateAddress } from './app.ts';
import { type OpensearchFacts, opensearchProbes, parseOpensearch } from './opensearch-facts.ts';
import { type OpensearchPackage, planPackage, versionFor } from './opensearch-package.ts';
import { planPlugins, removedPlugins } from './opensearch-plugins.ts';
import { makeSettings, startId } from './opensearch-settings.ts';
import { sizeFor } from './opensearch-size.ts';
import { certificatesAreMissing, type OpensearchLogin, prepareTls, setPassword } from './opensearch-tls.ts';
import { forgetStart, planFiles, planMaps, planUnit, stop } from './opensearch-unit.ts';
import type { Recipe } from './recipe.ts';

export interface OpensearchWish extends Omit<OpensearchPackage, 'secure'> {
  /** MiB; without it the host's RAM decides. */
  heapMb?: number;
  /** The host's private address; null outside Lightsail, where the plan takes it from the facts. */
  privateIp: string | null;
  /** Its presence asks for TLS; without it only the private network can reach OpenSearch, and needs no login. */
  login?: OpensearchLogin;
}

/** What OpenSearch will be on a host. */
export interface OpensearchForm {
  version: string;
  heapMb: number;
  privateIp: string | undefined;
  removedPlugins: readonly string[];
}

const SYSTEMS = ['debian 12', 'ubuntu 22.04', 'ubuntu 24.04'];

/** One node of OpenSearch, healthy, of this version and heap; reads the base recipe's facts too. */
export const opensearch: Recipe<OpensearchWish, OpensearchFacts> = {
  probes: ({ login }) => opensearchProbes(login?.password),
  parse: parseOpensearch,
  plan,
};

/** Decides what the wish leaves open. Throws unsupported_os, insufficient_memory, version_unknown, invalid_request. */
export function opensearchForm(facts: OpensearchFacts, wish: OpensearchWish): OpensearchForm {
  const { host } = facts;
  if (!SYSTEMS.includes(host.system)) {
    throw new AppError('unsupported_os', `OpenSearch is not deployed on ${host.system || 'an unknown system'}.`, {
      details: SYSTEMS.map((message) => ({ message })),
    });
  }
  const { heapMb, trimmed } = sizeFor(host.memoryMb, wish.heapMb);
  const version = versionFor(facts, wish.version);
  return { version, heapMb, privateIp: privateAddress(facts, wish), removedPlugins: removedPlugins(trimmed) };
}

function plan(facts: OpensearchFacts, wish: OpensearchWish): PlanItem[] {
  const { version, heapMb, privateIp, removedPlugins: removed } = opensearchForm(facts, wish);
  const { login } = wish;
  const settings = makeSettings(heapMb, privateIp, login?.salt);
  const { items: packages, installs } = planPackage(facts, { ...wish, secure: login !== undefined }, version);
  const plugins = planPlugins(facts, removed, installs);
  const files = planFiles(facts, settings, installs);
  const id = startId(version, settings, removed);
  const drifted = installs || [...plugins, ...files].some(isStep) || (login && certificatesAreMissing(facts));
  const stale = drifted || facts.applied !== id;
  const starts = stale || facts.state !== 'active' || facts.health !== 'good';
  return [
    ...(drifted && facts.applied === id ? [forgetStart()] : []),
    ...packages,
    ...(facts.state === 'active' && plugins.some(isStep) ? [stop()] : []),
    ...plugins,
    ...files,
    ...(login && starts ? prepareTls(login, privateIp) : []),
    ...planMaps(facts),
    ...planUnit(facts, { heapMb, tls: login !== undefined, stale, installs, id }, login ? setPassword(login) : []),
  ];
}
