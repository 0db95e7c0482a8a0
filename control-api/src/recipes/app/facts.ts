import type { Probe, Reading, Readings } from '../../lib/command.ts';
import { type BaseFacts, parseBase } from '../base/facts.ts';
import { type Distribution, parseDistribution } from '../docker/registry.ts';
import { linesOf, outputOf } from '../recipe.ts';
import { type Listener, parseListeners, portsProbe } from './ports.ts';
import { healthUrl, type Place, PORT_LABEL, parseReleaseInfo, RELEASES, type ReleaseInfo } from './release.ts';

export interface ContainerFact {
  id: string;
  image: string;
  labels: Readonly<Record<string, string>>;
  /** `created`, `running`, `restarting`, `exited`, `paused`, `dead`. */
  status: string;
  started_at: string;
  /** How often the engine restarted it since it was last started by hand. */
  restarts: number;
  oom: boolean;
  /** Of the image's HEALTHCHECK: `starting`, `healthy`, `unhealthy`; null when it has none. */
  health: string | null;
}

export interface AppFacts {
  /** `stopped`: installed, but it does not answer, so containers and images are unknown. */
  engine: 'running' | 'stopped' | 'absent';
  container: ContainerFact | null;
  /** NAME-replaced: there only after an interrupted deployment. */
  replaced: ContainerFact | null;
  /** NAME-candidate: the same, of an app with two ports. */
  candidate: ContainerFact | null;
  /** Of all apps on the host. */
  releases: readonly ReleaseInfo[];
  /** `repository@sha256:...` of every image on the host. */
  images: readonly string[];
  /** null when it was not asked, since the image is named by digest. */
  distribution: Distribution | null;
  /** HTTP status at the health path of each port of the target, 0 for no answer; null where it was not asked. */
  health: readonly (number | null)[];
  /** Who listens on the two ports of the target. */
  listeners: readonly Listener[];
  /** As the base recipe's probes of the same exec found it. */
  host: BaseFacts;
}

// With `.Id`, which is in the JSON but not in the client's struct, the client falls back to the JSON, and there a container
// without a HEALTHCHECK has no Health: the whole template would fail.
const CONTAINER_FORMAT = [
  '{"id":{{json .ID}}',
  '"image":{{json .Config.Image}}',
  '"labels":{{json .Config.Labels}}',
  '"status":{{json .State.Status}}',
  '"started_at":{{json .State.StartedAt}}',
  '"restarts":{{json .RestartCount}}',
  '"oom":{{json .State.OOMKilled}}',
  '"health":{{if .State.Health}}{{json .State.Health.Status}}{{else}}null{{end}}}',
].join(',');

/** Prints a container as one line of JSON, the shape of ContainerFact. */
export function inspectContainer(name: string): string[] {
  return ['docker', 'inspect', '--type', 'container', '--format', CONTAINER_FORMAT, name];
}

/** By the position of the port in the place. */
const HEALTH_PROBES = ['app.health', 'app.health_of_second_port'] as const;

export const RELEASES_PROBE: Probe = {
  name: 'app.releases',
  action: { verb: 'read_releases', directory: RELEASES },
};

/** What every operation on an app reads of it. */
export function appProbes(name: string): Probe[] {
  const images = ['docker', 'image', 'ls', '--digests', '--no-trunc', '--format', '{{.Repository}}@{{.Digest}}'];
  return [
    { name: 'app.container', action: { verb: 'run', argv: inspectContainer(name) } },
    { name: 'app.replaced', action: { verb: 'run', argv: inspectContainer(`${name}-replaced`) } },
    { name: 'app.candidate', action: { verb: 'run', argv: inspectContainer(`${name}-candidate`) } },
    RELEASES_PROBE,
    // Images of the same age come in another order each time, and many builds date all their images alike.
    { name: 'app.images', volatile: true, action: { verb: 'run', argv: images } },
  ];
}

/** What is read of the place where a release shall answer: how each of its ports is, and of two, who has them. */
export function placeProbes(place: Place): Probe[] {
  const { ports, publish, address } = place;
  // Outside Lightsail the private address is not known yet; then the health is read by a step.
  const asked = publish === 'private' && address === '' ? [] : ports;
  const urls = asked.map((port) => healthUrl(place, port)).filter(Boolean);
  return [
    ...urls.map((url, index) => healthProbe(HEALTH_PROBES[index] ?? '', url)),
    ...(ports.length === 2 ? [portsProbe(ports)] : []),
  ];
}

function healthProbe(name: string, url: string): Probe {
  const argv = ['curl', '--silent', '--output', '/dev/null', '--max-time', '5', '--write-out', '%{http_code}', url];
  return { name, volatile: true, action: { verb: 'run', argv } };
}

export function parseApp(readings: Readings): AppFacts {
  const images = readings['app.images'] ?? { exit: 127, output: '' };
  const { 'app.distribution': distribution } = readings;
  return {
    engine: images.exit === 0 ? 'running' : images.exit === 127 ? 'absent' : 'stopped',
    container: parseContainer(readings['app.container']),
    replaced: parseContainer(readings['app.replaced']),
    candidate: parseContainer(readings['app.candidate']),
    releases: parseReleases(readings),
    images: images.exit === 0 ? linesOf(images.output) : [],
    distribution: distribution ? parseDistribution(distribution) : null,
    health: HEALTH_PROBES.map((name) => parseHealth(readings[name])),
    listeners: parseListeners(outputOf(readings, 'app.ports')),
    host: parseBase(readings),
  };
}

export function parseReleases(readings: Readings): ReleaseInfo[] {
  return linesOf(outputOf(readings, 'app.releases')).flatMap((line) => parseReleaseInfo(line) ?? []);
}

function parseHealth(reading: Reading | undefined): number | null {
  return reading ? Number(reading.output.trim()) || 0 : null;
}

function parseContainer(reading: Reading | undefined): ContainerFact | null {
  if (reading?.exit !== 0) return null;
  try {
    const container = JSON.parse(reading.output) as ContainerFact;
    return { ...container, labels: container.labels ?? {} };
  } catch {
    return null;
  }
}

/** The port of the host that leads to a container; undefined when it has none, or none that we know of. */
export function portOf({ releases }: Pick<AppFacts, 'releases'>, container: ContainerFact): number | undefined {
  const label = container.labels[PORT_LABEL];
  return label === undefined ? releases.find(({ id }) => id === releaseOf(container))?.ports[0] : Number(label);
}

export function releaseOf(container: ContainerFact): string {
  return container.labels['fountain.release'] ?? '';
}

/** Ids of the releases that a container may have taken the place of; usually one. */
export function replacedBy(container: ContainerFact): string[] {
  return (container.labels['fountain.replaces'] ?? '').split('+').filter(Boolean);
}
