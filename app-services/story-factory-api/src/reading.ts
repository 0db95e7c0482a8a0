import { type RequestContext, ServiceError } from '@fountainai/service-kit';
import { bulkhead, isBulkheadRejectedError } from 'cockatiel';
import { createSources, type Peers, type Sources } from './sources.ts';

/** What most stories take: many of them may be told at once. */
const short = { rows: 1000, bytes: 2 * 1024 * 1024 };
/** What a service with 48 MB of heap can hold once. Rows are what the other services give in one call. */
const long = { rows: 20_000, bytes: 12 * 1024 * 1024 };
/** Long answers take longer. */
const patience = 5;
const waiting = 20;

/** Does something with what the other services keep of a script. */
export type Reading = <T>(context: RequestContext, work: (sources: Sources) => Promise<T>) => Promise<T>;

/**
 * Reads short stories side by side; what turns out to be long begins anew, and is done one after the other.
 * @throws {ServiceError} 503 busy, when too many wait; besides what `work` throws
 */
export function createReading(peers: Peers, timeoutMs: number): Reading {
  const inTurn = bulkhead(1, waiting);
  return async (context, work) => {
    try {
      return await work(createSources(peers, { ...short, timeoutMs }, context));
    } catch (error) {
      if (!(error instanceof ServiceError && error.status === 413)) throw error;
    }
    const sources = createSources(peers, { ...long, timeoutMs: patience * timeoutMs }, context);
    return inTurn
      .execute(() => work(sources))
      .catch((error) => {
        throw isBulkheadRejectedError(error) ? busy(error) : error;
      });
  };
}

const busy = (cause: unknown) =>
  new ServiceError(503, 'busy', 'Too many long stories are being told: try again, or ask for fewer beats.', [], cause);
