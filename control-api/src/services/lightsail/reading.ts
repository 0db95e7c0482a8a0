import type { Lightsail as SdkClient } from '@aws-sdk/client-lightsail';
import type { ClientFor } from './clients.ts';
import { type Attempt, isNotFound, translate } from './failures.ts';

/** Runs work with a region's reading client and translates its failures; `call` is AWS's name of what is tried. */
export type Ask = <T>(call: string, region: string, work: (client: SdkClient) => Promise<T>) => Promise<T>;

export function createAsk(clientFor: ClientFor): Ask {
  return (call, region, work) => translated({ call, region }, async () => work(await clientFor(region, 'read')));
}

export async function translated<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translate(error, attempt);
  }
}

/** Undefined for what AWS does not find. */
export function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}
