import type { Behaviour } from '../../images.ts';
import { RETRIES } from './health-check.ts';
import type { Container, LocalImage } from './state.ts';

/** Somebody looks at a container: plays what its image does by then. A real process is left to itself. */
export function lookAt(container: Container, image: LocalImage): void {
  if (container.status !== 'running' && container.status !== 'restarting') return;
  container.readings += 1;
  const { behaviour } = image;
  if (image.process) return;
  if (container.health) container.health = healthOf(container.readings, behaviour);
  if (behaviour.type === 'crashes') die(container, behaviour.exit, behaviour.logs, 'restarting');
  if (behaviour.type === 'crashes_after' && container.readings % (behaviour.readings + 1) === 0) {
    die(container, behaviour.exit, behaviour.logs, 'running');
  }
  if (behaviour.type === 'oom' && container.readings > behaviour.afterReadings) {
    die(container, 137, behaviour.logs, 'restarting');
    container.oomKilled = true;
  }
}

/** Whether a container without a process answers HTTP well; false for a 503. */
export function answersWell(container: Container, { behaviour }: LocalImage): boolean {
  if (behaviour.type === 'healthy') return container.readings > behaviour.afterReadings;
  return behaviour.type !== 'never_healthy';
}

export function restartsByItself({ restart, stoppedByHand }: Container): boolean {
  return restart === 'always' || (restart === 'unless-stopped' && !stoppedByHand);
}

function healthOf(count: number, behaviour: Behaviour): NonNullable<Container['health']> {
  if (behaviour.type === 'healthy') return count > behaviour.afterReadings ? 'healthy' : 'starting';
  if (behaviour.type === 'never_healthy') return count > RETRIES ? 'unhealthy' : 'starting';
  return 'starting';
}

function die(container: Container, exit: number, lines: readonly string[], again: 'running' | 'restarting'): void {
  const at = new Date().toISOString();
  container.logs.push(...lines.map((text) => ({ at, stream: 'err' as const, text })));
  container.exitCode = exit;
  container.finishedAt = at;
  if (!restartsByItself(container)) {
    container.status = 'exited';
    return;
  }
  container.restartCount += 1;
  container.status = again;
  if (again === 'running') container.startedAt = at;
}
