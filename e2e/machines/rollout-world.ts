import { readFileSync } from 'node:fs';
import { type Answer, createInstance, openWorld, REGION, type World } from '../world.ts';
import { login } from './machines-sandbox.ts';

export interface Rollout extends World {
  /** Of the one instance, `apps`, a nano; another one after it was stopped and started. */
  address: string;
  stop(): Promise<void>;
  /** deploy-docker-app of `hello` in this version, on port 8080; `more` adds to the body or replaces. */
  deploy(version: string, more?: Record<string, unknown>, query?: string): Promise<Answer>;
  /** What the app answers on the public address; a failure as text. */
  page(): Promise<string>;
  /** A command on the instance by the operator's key, sudo included; rejects unless it ends with 0. */
  sudo(command: string): Promise<string>;
  /** A call of Lightsail's that the control API does not make. */
  lightsail(operation: string, body: object): Promise<void>;
}

/** A cloud of real machines, a control API wired to it as a process of its own, and the instance `apps`. */
export async function openRollout(addressRange: number): Promise<Rollout> {
  const world = await openWorld({ settings: { machines: true, sshPort: 22, addressRange } });
  try {
    const address = await createInstance(world.api, 'apps', { bundle_id: 'nano_3_0' });
    return Object.assign(world, {
      address,
      deploy: (version: string, more: Record<string, unknown> = {}, query = '') =>
        world.api.post(`/services/deploy-docker-app${query}`, deployBody(world, version, more)),
      page: () => fetch(`http://${address}:8080/`).then((response) => response.text(), String),
      sudo: (command: string) => sudo(address, world.keyPath, command),
      lightsail: (operation: string, body: object) => lightsail(world.sandbox.url, operation, body),
    });
  } catch (error) {
    await world.stop();
    throw error;
  }
}

export function deployBody({ keyPath }: Pick<World, 'keyPath'>, version: string, more: Record<string, unknown> = {}) {
  const image = `ghcr.io/fountain/hello:${version}`;
  const way = { name: 'hello', docker_image: image, ports: [8080], publish: 'public', health_path: '/health' };
  return { instance_name: 'apps', ssh_key_path: keyPath, ...way, ...more };
}

/** What matters of an answer, short enough to be read where an expectation fails. */
export function gist({ status, body: { code, message, changed, result } }: Answer) {
  return { status, code, changed, message, url: result?.url };
}

export interface ShownStep {
  name: string;
  outcome: string;
}

/** Names of the steps that an answer says were, or would be, changes. */
export function changes({ body }: Answer): string[] {
  const steps = body.steps as ShownStep[];
  return steps.filter(({ outcome }) => ['changed', 'would_change'].includes(outcome)).map(({ name }) => name);
}

/** A command by the operator's key, sudo included; rejects unless it ends with 0. */
export async function sudo(address: string, keyPath: string, command: string): Promise<string> {
  const session = await login(address, readFileSync(keyPath, 'utf8'));
  const { code, stdout, stderr } = await session.run('sudo -n bash -eu', command);
  session.end();
  if (code !== 0) throw new Error(`${command}: ${code}: ${stdout}${stderr}`);
  return stdout;
}

/** A call of Lightsail's that the control API does not make. */
export async function lightsail(url: string, operation: string, body: object): Promise<void> {
  const scope = `AKIASANDBOX/20260101/${REGION}/lightsail/aws4_request`;
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `Lightsail_20161128.${operation}`,
    // The sandbox looks at the form of a signature, not at its value.
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
  };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`);
}
