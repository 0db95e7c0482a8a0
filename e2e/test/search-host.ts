import { get } from 'node:https';
import type { Answer, World } from '../world.ts';
import { makeHost, type TestHost } from './hosts.ts';

/** A host and the call for OpenSearch on it. */
export interface SearchHost extends TestHost {
  search(fields?: object, dryRun?: 'dry run'): Promise<Answer>;
}

export async function makeSearchHost(world: World, name: string, more: object = {}): Promise<SearchHost> {
  const host = await makeHost(world, name, more);
  return {
    ...host,
    search: (fields = {}, dryRun) =>
      world.api.post(`/services/deploy-opensearch${dryRun ? '?dry_run=true' : ''}`, { ...host.naming, ...fields }),
  };
}

/** The status that a node with a self-signed certificate answers. */
export function statusOf(url: string, auth: string | undefined): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { rejectUnauthorized: false, ...(auth === undefined ? {} : { auth }) };
    get(url, options, (response) => resolve(response.resume().statusCode)).once('error', reject);
  });
}
