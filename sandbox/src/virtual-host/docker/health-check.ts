import { realPort } from '../machine/ports.ts';
import type { Container } from './state.ts';

/** `retries` of a HEALTHCHECK that does not say otherwise. */
export const RETRIES = 3;
const PATH = '/ready';
const TIMEOUT_MS = 3000;

/**
 * Stands in for an image's HEALTHCHECK where a container is a real process: asks what the story services' asks. Failures
 * count from the first success on: before that the container is starting, as in a start period.
 */
export function createHealthCheck(container: Container, address: string, port: number): () => Promise<void> {
  const url = `http://${address}:${realPort(port)}${PATH}`;
  let failures = 0;
  return async () => {
    if (container.status !== 'running') return;
    const well = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
      async (response) => {
        await response.body?.cancel();
        return response.ok;
      },
      () => false,
    );
    failures = well ? 0 : failures + 1;
    if (well) container.health = 'healthy';
    else if (container.health !== 'starting' && failures >= RETRIES) container.health = 'unhealthy';
  };
}
