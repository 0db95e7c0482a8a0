import type { Answer, World } from '../world.ts';
import { makeHost, type TestHost } from './hosts.ts';

export type KongCall = (fields?: object, dryRun?: 'dry run') => Promise<Answer>;

/** A host and the two calls for Kong on it: `kong` deploys, `apply` brings a configuration. */
export interface KongHost extends TestHost {
  kong: KongCall;
  apply: KongCall;
}

export async function makeKongHost(world: World, name: string, more: object = {}): Promise<KongHost> {
  const host = await makeHost(world, name, more);
  const call =
    (path: string): KongCall =>
    (fields = {}, dryRun) =>
      world.api.post(`/services/${path}${dryRun ? '?dry_run=true' : ''}`, { ...host.naming, ...fields });
  return { ...host, kong: call('deploy-kong'), apply: call('apply-kong-config') };
}

/** What a call costs the host that it is made on. */
export async function cost({ sandbox }: World, { name }: TestHost, call: KongCall) {
  const before = sandbox.control.observed(name);
  const answer = await call();
  const after = sandbox.control.observed(name);
  const grown = (key: 'connections' | 'execs') => (after?.[key] ?? 0) - (before?.[key] ?? 0);
  return { answer, connections: grown('connections'), execs: grown('execs') };
}
