import type { Containers } from './containers.ts';
import { shownImage, sizeOf } from './images.ts';
import type { Container, EngineState } from './state.ts';

/** A row of `docker ps`, under the names that its format knows, in the order in which it prints them as JSON. */
export function containerRow(container: Container, containers: Containers, state: EngineState): Record<string, string> {
  const { id, labels, mounts, created, status } = container;
  const image = containers.imageOf(container);
  const command = container.command.length > 0 ? container.command : (image.process?.command ?? ['/app']);
  const line = command.join(' ');
  return {
    Command: `"${line.length > 20 ? `${line.slice(0, 19)}…` : line}"`,
    CreatedAt: `${created.slice(0, 19).replace('T', ' ')} +0000 UTC`,
    ID: id.slice(0, 12),
    Image: shownImage(state, container.image, container.imageId),
    Labels: Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(','),
    LocalVolumes: String(mounts.length),
    Mounts: mounts.map(({ volume }) => (volume.length > 15 ? `${volume.slice(0, 14)}…` : volume)).join(','),
    Names: container.name,
    Networks: [container, ...container.connections].map(({ network }) => network).join(','),
    Ports: portsOf(container, image.exposedPorts),
    RunningFor: `${since(created)} ago`,
    Size: `0B (virtual ${sizeOf(image)})`,
    State: status,
    Status: statusOf(container),
  };
}

function portsOf({ publish, status }: Container, exposed: readonly number[]): string {
  if (status !== 'running') return '';
  const published = publish.map(({ hostIp, hostPort, containerPort }) => `${hostIp}:${hostPort}->${containerPort}/tcp`);
  const others = exposed.filter((port) => !publish.some(({ containerPort }) => containerPort === port));
  return [...others.map((port) => `${port}/tcp`), ...published].join(', ');
}

function statusOf({ status, exitCode, health, startedAt, finishedAt }: Container): string {
  if (status === 'created') return 'Created';
  if (status === 'restarting') return `Restarting (${exitCode}) ${since(finishedAt)} ago`;
  if (status === 'exited') return `Exited (${exitCode}) ${since(finishedAt)} ago`;
  const words = { starting: 'health: starting', healthy: 'healthy', unhealthy: 'unhealthy' };
  return `Up ${since(startedAt)}${health ? ` (${words[health]})` : ''}`;
}

/** docker/go-units' HumanDuration. */
function since(time: string): string {
  const seconds = Math.floor((Date.now() - Date.parse(time)) / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 14) return `${Math.floor(hours / 24)} days`;
  return `${Math.floor(hours / 24 / 7)} weeks`;
}
