import { Captured, type PlanItem, type Probe, type Step } from '../../lib/command.ts';
import { AppError } from '../../lib/errors.ts';
import { distributionProbe } from '../docker/registry.ts';
import { explainRegistry, unreachable } from '../docker/registry-errors.ts';
import type { Recipe } from '../recipe.ts';
import { type AppFacts, appProbes, parseApp, placeProbes } from './facts.ts';
import { planImage, planImageCheck } from './image.ts';
import { planPrune } from './prune.ts';
import { type AppWish, makeRelease, placeOf, type Release } from './release.ts';
import { planSwitch, refuseForeign } from './switch.ts';
import type { Switch } from './target.ts';

/** One container of an image, by digest, as wished; reads the base recipe's facts too, so probe both in one exec. */
export const app: Recipe<AppWish, AppFacts> = { probes, parse: parseApp, plan };

function probes(wish: AppWish): Probe[] {
  const { name, image, registryAuth } = wish;
  return [
    ...appProbes(name),
    ...(image.digest ? [] : [distributionProbe('app.distribution', image, registryAuth)]),
    ...placeProbes(placeOf(wish)),
  ];
}

function plan(facts: AppFacts, wish: AppWish): PlanItem[] {
  refuseForeign(facts, wish.name);
  requireMemory(facts, wish);
  if (isUnknown(facts, wish)) {
    return [{ name: `App ${wish.name}`, later: true, detail: 'decided when Docker answers' }];
  }
  const digest = resolveDigest(facts, wish);
  const { release, change } = decide(facts, wish, digest);
  const prune = change.keeps ? planPrune(facts, wish.name, [String(release.id), ...change.keeps]) : [];
  return [
    ...(change.settled ? [runsAlready(release)] : planImage(facts, wish, digest)),
    ...(change.settled ? [] : planImageCheck(facts, wish, release.imageRef)),
    writeRelease(facts, release),
    ...change.items,
    ...prune,
  ];
}

/** The port of the host on which the app answers once its plan is done; undefined when it has none, or none yet. */
export function answeringPort(facts: AppFacts, wish: AppWish): number | undefined {
  if (wish.ports.length < 2) return wish.ports[0];
  if (isUnknown(facts, wish)) return undefined;
  const { distribution } = facts;
  return decide(facts, wish, wish.image.digest ?? (distribution?.kind === 'found' ? distribution.digest : undefined))
    .change.port;
}

/** What an engine brings back when it starts is known only then. */
function isUnknown({ engine, releases }: AppFacts, { name }: AppWish): boolean {
  return engine !== 'running' && releases.some(({ app }) => app === name);
}

function decide(facts: AppFacts, wish: AppWish, digest: string | undefined): { release: Release; change: Switch } {
  const release = makeRelease(wish, digest ?? new Captured('digest'), bindAddress(facts, wish));
  return { release, change: planSwitch(facts, release) };
}

/** With two ports, two of them run while one takes over from the other. */
function requireMemory({ host }: AppFacts, { name, memoryMb, ports }: AppWish): void {
  const neededMb = ports.length === 2 ? 2 * memoryMb : memoryMb;
  if (host.memoryMb === null || neededMb <= host.memoryMb) return;
  const asks = ports.length === 2 ? `takes twice ${memoryMb} MB while releases change` : `asks for ${memoryMb} MB`;
  throw new AppError('insufficient_memory', `${name} ${asks} and the host has ${host.memoryMb} MB.`, {
    hint: 'Lower memory_mb, or take a larger bundle.',
    details: [{ path: '/memory_mb', message: `${name} ${asks}`, needed_mb: neededMb }],
  });
}

/**
 * The digest that is wished for; undefined when it must be captured after the pull, for want of an engine that could
 * ask the registry. Throws registry_denied or registry_unreachable when the registry does not tell.
 */
function resolveDigest({ distribution, host }: AppFacts, { image, registryAuth }: AppWish): string | undefined {
  if (image.digest) return image.digest;
  if (!distribution || distribution.kind === 'absent') return undefined;
  if (distribution.kind === 'found') return distribution.digest;
  const attempt = { image, username: registryAuth?.username, architecture: host.architecture };
  const evidence = `${distribution.message}${distribution.status ? ` (HTTP ${distribution.status})` : ''}`;
  throw explainRegistry(attempt, evidence) ?? unreachable(attempt, evidence);
}

/** The address of the host that a port is bound to; '' when none is published. */
function bindAddress({ host }: AppFacts, { name, ports, publish, privateIp }: AppWish): string {
  if (ports.length === 0) return '';
  if (publish !== 'private') return publish === 'public' ? '0.0.0.0' : '127.0.0.1';
  const address = privateAddress({ host }, { privateIp });
  if (address) return address;
  throw new AppError('invalid_request', `The host has no private address that ${name} could be bound to.`, {
    hint: 'Send publish "public" or "loopback".',
  });
}

/** The host's address on its private network: as Lightsail tells it, else the first of its own. */
export function privateAddress(
  { host }: Pick<AppFacts, 'host'>,
  { privateIp }: Pick<AppWish, 'privateIp'>,
): string | undefined {
  return privateIp ?? host.addresses.find(isPrivate);
}

/** RFC 1918; Docker's own bridges come after the host's interfaces in what `hostname` prints. */
function isPrivate(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address);
}

function runsAlready({ imageRef }: Release): PlanItem {
  return { name: 'Image', settled: true, detail: String(imageRef) };
}

function writeRelease({ releases }: AppFacts, { app: name, id, file, items }: Release): PlanItem {
  if (releases.some((release) => release.app === name && release.id === id)) {
    return { name: 'Release file', settled: true, detail: String(file) };
  }
  const write: Step = {
    name: `Write the release file of ${name}`,
    effect: 'change',
    action: { verb: 'write_list', path: file, mode: '600', items },
    timeoutS: 20,
  };
  return write;
}
