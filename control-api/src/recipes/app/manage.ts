import type { PlanItem, Step } from '../../lib/command.ts';
import { AppError } from '../../lib/errors.ts';
import { parseImage } from '../../lib/image-reference.ts';
import type { Recipe } from '../recipe.ts';
import { type AppFacts, appProbes, parseApp, placeProbes, portOf, releaseOf, replacedBy } from './facts.ts';
import { planImage } from './image.ts';
import { planPrune } from './prune.ts';
import { healthUrl, type Place, type ReleaseInfo, releaseFile } from './release.ts';
import { removeContainer, waitHealthy } from './steps.ts';
import { planSwitch, refuseForeign } from './switch.ts';

export interface RollbackWish {
  name: string;
  /** Id of a release on the host, or the digest of its image, with or without `sha256:`. */
  to: string;
}

export interface RestartWish {
  name: string;
  /** ISO 8601: a container that was started later is left alone. */
  since?: string;
}

export interface RemoveWish {
  name: string;
}

/** Runs a release that is on the host; needs neither its secrets again nor, while its image is there, a registry. */
export const rollback: Recipe<RollbackWish, AppFacts> = { probes, further, parse: parseApp, plan: planRollback };

/** Restarts the app's container and waits until it is healthy. */
export const restart: Recipe<RestartWish, AppFacts> = { probes, parse: parseApp, plan: planRestart };

/** Removes the app's containers, release files and images; its volumes stay. */
export const remove: Recipe<RemoveWish, AppFacts> = { probes, parse: parseApp, plan: planRemove };

function probes({ name }: { name: string }) {
  return appProbes(name);
}

/** Where a release answers stands in its file, so its health is read once that is known. */
function further(facts: AppFacts, { name, to }: RollbackWish) {
  const release = matching(facts, name, to);
  return release ? placeProbes(placeOf(release)) : [];
}

function planRollback(facts: AppFacts, { name, to }: RollbackWish): PlanItem[] {
  requireEngine(facts);
  refuseForeign(facts, name);
  const release = findRelease(facts, name, to);
  const { id, repository, digest } = release;
  const target = { app: name, id, file: releaseFile(name, id), place: placeOf(release) };
  const change = planSwitch(facts, target);
  const image = parseImage(`${repository}@${digest}`);
  return [
    ...(change.settled ? [] : planImage(facts, { image }, image.digest ?? undefined)),
    { name: 'Release file', settled: true, detail: String(target.file) },
    ...change.items,
    ...planPrune(facts, name, [id, ...(change.keeps ?? [])]),
  ];
}

/** By id; else by digest: of several with the same image the running one, else the one that it replaced. */
function matching({ container, releases }: AppFacts, name: string, to: string): ReleaseInfo | undefined {
  const digest = to.startsWith('sha256:') ? to : `sha256:${to}`;
  const matches = releases.filter(({ app, id, ...rest }) => app === name && (id === to || rest.digest === digest));
  const running = container && releaseOf(container);
  const before = container ? replacedBy(container) : [];
  // What a deployment that failed left behind may have the same image.
  return matches.find(({ id }) => id === running) ?? matches.find(({ id }) => before.includes(id)) ?? matches[0];
}

function findRelease(facts: AppFacts, name: string, to: string): ReleaseInfo {
  const found = matching(facts, name, to);
  if (found) return found;
  const own = facts.releases.filter(({ app }) => app === name);
  if (own.length === 0) throw notFound(facts, name);
  throw new AppError('app_not_found', `The host has no release ${to} of ${name}.`, {
    hint: 'Take one of those in details; GET /services/docker-apps shows them too.',
    details: own.map(({ id, digest, image }) => ({ message: `${image} ${digest}`, release: id })),
  });
}

function planRestart(facts: AppFacts, { name, since }: RestartWish): PlanItem[] {
  requireEngine(facts);
  refuseForeign(facts, name);
  const { container } = facts;
  if (!container) throw notFound(facts, name);
  const started = Date.parse(container.started_at);
  if (since && container.status === 'running' && started > Date.parse(since)) {
    return [{ name: `Container ${name}`, settled: true, detail: `started at ${container.started_at}, after ${since}` }];
  }
  const release = facts.releases.find(({ app, id }) => app === name && id === releaseOf(container));
  const again: Step = {
    name: `Restart ${name}`,
    effect: 'change',
    action: { verb: 'run', argv: ['docker', 'restart', '--time', '10', name] },
    timeoutS: 60,
  };
  return [again, waitHealthy(name, release ? healthUrl(placeOf(release), portOf(facts, container)) : '')];
}

function planRemove(facts: AppFacts, { name }: RemoveWish): PlanItem[] {
  const known = facts.releases.some(({ app }) => app === name);
  if (known || facts.engine !== 'absent') requireEngine(facts);
  refuseForeign(facts, name);
  const { container, replaced, candidate } = facts;
  const items = [
    ...(container ? [removeContainer(name, ['--force'])] : []),
    ...(replaced ? [removeContainer(`${name}-replaced`, ['--force'])] : []),
    ...(candidate ? [removeContainer(`${name}-candidate`, ['--force'])] : []),
    ...planPrune(facts, name, []),
  ];
  return items.length > 0 ? items : [{ name: `App ${name}`, settled: true, detail: 'not on the host' }];
}

function requireEngine({ engine }: AppFacts): void {
  if (engine === 'running') return;
  const what = engine === 'stopped' ? 'Docker does not answer on the host' : 'There is no Docker on the host';
  throw new AppError('step_failed', `${what}, so what runs there cannot be known.`, {
    hint: 'Start it (sudo systemctl start docker on the host), or deploy an app: that repairs it.',
  });
}

function notFound({ releases }: AppFacts, name: string): AppError {
  const apps = [...new Set(releases.map(({ app }) => app))];
  return new AppError('app_not_found', `There is no app ${name} on the host.`, {
    details: apps.map((message) => ({ message })),
  });
}

function placeOf({ ports, container_port, publish, address, health_path }: ReleaseInfo): Place {
  return { ports, containerPort: container_port, publish, address, healthPath: health_path };
}
