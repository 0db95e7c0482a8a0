import type { HostFault } from '@fountainai/sandbox';
import type { Answer, World } from '../world.ts';
import { createInstance } from '../world.ts';

/** A host and the calls that the tests make on it. */
export interface TestHost {
  name: string;
  ip: string;
  /** What every call on the host starts with. */
  naming: { instance_ip: string; ssh_key_path: string };
  deploy(fields: object, dryRun?: 'dry run'): Promise<Answer>;
  /** POST /services/{what}-docker-app */
  act(what: 'restart' | 'rollback' | 'remove', fields: object, dryRun?: 'dry run'): Promise<Answer>;
  /** GET /services/{what} */
  see(what: 'docker-apps' | 'logs' | 'status', query?: Record<string, string>): Promise<Answer>;
  play(...faults: HostFault[]): Promise<void>;
}

/** Creates an instance and gives the calls for it. */
export async function makeHost({ api, sandbox, keyPath }: World, name: string, more: object = {}): Promise<TestHost> {
  const ip = await createInstance(api, name, { bundle_id: 'nano_3_0', ...more });
  const naming = { instance_ip: ip, ssh_key_path: keyPath };
  const act = (what: string, fields: object, dryRun?: 'dry run') =>
    api.post(`/services/${what}-docker-app${dryRun ? '?dry_run=true' : ''}`, { ...naming, ...fields });
  return {
    ...{ name, ip, naming, act },
    deploy: (fields, dryRun) => act('deploy', fields, dryRun),
    see: (what, query = {}) => api.get(`/services/${what}?${new URLSearchParams({ ...naming, ...query })}`),
    play: (...faults) => sandbox.control.setHostFaults(name, faults),
  };
}

/** Puts an image of one repository into the registry; what it answers to is returned. */
export function putImage({ sandbox }: World, tag: string, more: object = {}): string {
  const reference = `ghcr.io/e2e/${tag}`;
  sandbox.control.images?.put({ reference, ...more });
  return reference;
}

/** The steps that a dry run would take to a host, checks included. */
export function stepsToRun({ body }: Answer): { name: string; outcome: string }[] {
  return body.steps.filter(({ action }: { action?: object }) => action !== undefined);
}
