import type { Settings } from '../settings.ts';
import { emptyRoute53State, type Route53State } from './models.ts';
import { recordResponses } from './record-responses.ts';
import { zoneResponses } from './zone-responses.ts';

export interface Route53Options {
  state: Route53State;
  settings: Settings;
  /** Called after each change of the state. */
  changed: () => void;
}

/** An answer before it is XML: the root element's name, and what it holds. */
export interface Response {
  status?: number;
  location?: string;
  root: string;
  content: object;
}

export interface Asked {
  /** Of the zone or change that the path names. */
  id: string;
  query: URLSearchParams;
  body: string;
}

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
