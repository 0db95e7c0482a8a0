import type { PlanItem } from '../../lib/command.ts';
import { type AppFacts, type ContainerFact, portOf, releaseOf, replacedBy } from './facts.ts';
import type { Release } from './release.ts';

/** The release that shall run, as far as switching to it needs to know it. */
export type Target = Pick<Release, 'app' | 'id' | 'file' | 'place'>;

export interface Switch {
  items: readonly PlanItem[];
  /** Nothing has to be started: the target runs already. */
  settled: boolean;
  /** Ids of releases that must stay because the target takes their place; null when that is not known. */
  keeps: readonly string[] | null;
  /** The port of the host on which the target answers in the end. */
  port: number | undefined;
}

/**
 * `starting`: its HEALTHCHECK has not decided yet. `running`: it has no check that could tell more. A restart since it
 * was started counts as broken unless a check says otherwise: it may be dying again and again.
 */
export function stateOf(
  facts: AppFacts,
  { place }: Target,
  container: ContainerFact,
): 'healthy' | 'starting' | 'running' | 'broken' {
  if (container.status !== 'running') return 'broken';
  if (container.health === 'healthy' || container.health === 'starting') return container.health;
  if (container.health === 'unhealthy') return 'broken';
  const status = statusOf(facts, place, container);
  if (status !== null) return status >= 200 && status < 300 ? 'healthy' : 'broken';
  return container.restarts > 0 ? 'broken' : 'running';
}

/** What a container answers at the target's health path; null when it was not asked, or has a port that the target has not. */
export function statusOf(facts: AppFacts, { ports }: Target['place'], container: ContainerFact): number | null {
  // One whose release file is lost: with one port it can only be that one.
  const port = portOf(facts, container) ?? (ports.length === 1 ? ports[0] : undefined);
  return (port === undefined ? undefined : facts.health[ports.indexOf(port)]) ?? null;
}

/** What a plan says of a container that stays as it is. */
export function runsAlready(app: string, { status, health, started_at }: ContainerFact): PlanItem {
  return {
    name: `Container ${app}`,
    settled: true,
    detail: `${status}${health ? `, ${health}` : ''} since ${started_at}`,
  };
}

/** Rolling back must stay possible: when a release takes its own place, what it once replaced is kept. */
export function releasesToKeep(old: ContainerFact | null, target: Target): string[] {
  if (!old) return [];
  const release = releaseOf(old);
  if (typeof target.id !== 'string') return [...new Set([release, ...replacedBy(old)])].filter(Boolean);
  return release === target.id ? replacedBy(old) : [release].filter(Boolean);
}

/** Whether a container has its ports now. */
export function isUp({ status }: ContainerFact): boolean {
  return !['exited', 'created', 'dead'].includes(status);
}
