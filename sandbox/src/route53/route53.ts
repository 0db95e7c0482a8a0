import { emptyRoute53State } from './models.ts';
import { recordResponses } from './record-responses.ts';
import type { Asked, Response, Route53Options } from './responses.ts';
import { zoneResponses } from './zone-responses.ts';

export type Route53 = ReturnType<typeof createRoute53>;

/** Route 53 without its transport: `answer` takes an operation's name and what was asked, and throws Route53Error. */
export function createRoute53(options: Route53Options) {
  const responses: Record<string, (asked: Asked) => Response> = {
    ...zoneResponses(options),
    ...recordResponses(options),
  };
  return {
    answer(operation: string, asked: Asked): Response {
      const respond = responses[operation];
      if (!respond) throw new Error(`${operation} has a path, but no answer`);
      return respond(asked);
    },
    clear(): void {
      Object.assign(options.state, emptyRoute53State());
    },
  };
}
