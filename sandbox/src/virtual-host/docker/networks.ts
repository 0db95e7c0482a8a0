import { type Container, EngineError, type EngineState } from './state.ts';

/** Of every engine; nobody finds anybody by name there. */
const OWN = ['bridge', 'host', 'none'];

/** The networks of a container, its first one first. */
export function networksOf({ network, connections }: Container): string[] {
  return [network, ...connections.map((one) => one.network)];
}

/** Throws an EngineError when there is no such network. */
export function requireNetwork({ networks }: EngineState, name: string): void {
  if (OWN.includes(name) || networks.some((one) => one.name === name)) return;
  throw new EngineError(`network ${name} not found`, 404);
}

/** Throws an EngineError when the container is on this network already. */
export function refuseConnected(container: Container, network: string): void {
  if (!networksOf(container).includes(network)) return;
  throw new EngineError(`endpoint with name ${container.name} already exists in network ${network}`, 403);
}

/**
 * The names that a container knows. Each is looked for on its first network first; of several that share one, the newest
 * has it.
 */
export function namesFor(
  container: Container,
  all: readonly Container[],
  addressOf: (container: Container) => string | undefined,
): Record<string, string> {
  const names: Record<string, string> = {};
  for (const network of networksOf(container).reverse()) {
    if (OWN.includes(network)) continue;
    for (const other of [...all].reverse()) {
      const address = addressOf(other);
      const place = [other, ...other.connections].find((one) => one.network === network);
      if (!address || !place) continue;
      for (const name of [other.name, other.id.slice(0, 12), ...place.aliases]) names[name.toLowerCase()] = address;
    }
  }
  return names;
}
