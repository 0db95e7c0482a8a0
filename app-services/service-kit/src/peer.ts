import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import {
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  isBulkheadRejectedError,
  retry,
  wrap,
} from 'cockatiel';
import { RETRY_AFTER_S, ServiceError } from './errors.ts';

export interface PeerOptions {
  /** As people call it, e.g. `central-sequence-service`. */
  name: string;
  /** Without a final slash. */
  baseUrl: string;
  /** Milliseconds for one try, its answer included. */
  timeoutMs: number;
}

export interface PeerRequest {
  method?: 'GET' | 'POST' | 'PUT';
  path: string;
  body?: unknown;
  requestId: string;
  /** No second try: for what can do without the answer. */
  once?: boolean;
  /** Milliseconds for one try, where it may take longer than others. */
  timeoutMs?: number;
  /** What answers may take, of several requests together: more is not read, and counts as refused with 413. Else 16 MiB. */
  budget?: Budget;
}

/** Gets smaller as answers are read, also those that are read in vain. */
export interface Budget {
  bytes: number;
}

export interface PeerAnswer<T> {
  body: T;
  headers: IncomingHttpHeaders;
}

/** What /ready says of another service. */
export interface PeerState {
  name: string;
  /** 'not asked yet', then as the last call to it ended. */
  state(): string;
}

/** Another service. Every call through it is idempotent, and so may be repeated. */
export interface Peer extends PeerState {
  /**
   * The JSON of an answer of success.
   * @throws {ServiceError} 503 peer_unavailable: no answer, too slow, 5xx, or tried too often in vain lately;
   * 502 peer_answer: something that is no JSON; what the peer refuses (4xx) comes as PeerRefusal
   */
  call<T>(request: PeerRequest): Promise<T>;
  /** The same, for who needs the answer's headers. */
  read<T>(request: PeerRequest): Promise<PeerAnswer<T>>;
}

/** The peer answered that it does not do this. Its own words go to the log only. */
export class PeerRefusal extends ServiceError {
  /** The peer's status. */
  readonly answered: number;

  constructor(name: string, answered: number, body: string) {
    super(502, 'peer_answer', `${name} answered ${answered}.`, undefined, new Error(body.slice(0, 200)));
    this.name = 'PeerRefusal';
    this.answered = answered;
  }
}

const TRIES = 3;
const FAILURES_BEFORE_OPEN = 5;
const OPEN_MS = RETRY_AFTER_S * 1000;
const AT_ONCE = 20;
const QUEUED = 1000;
const MAX_BYTES = 16 * 1024 * 1024;

/** A client for another service: several tries, a limit of calls at a time, and time for it to recover. */
export function createPeer({ name, baseUrl, timeoutMs: usualMs }: PeerOptions): Peer {
  const failures = handleWhen((error) => error instanceof ServiceError && error.errorCode === 'peer_unavailable');
  const again = retry(failures, {
    maxAttempts: TRIES - 1,
    backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 500 }),
  });
  const breaker = circuitBreaker(failures, {
    halfOpenAfter: OPEN_MS,
    breaker: new ConsecutiveBreaker(FAILURES_BEFORE_OPEN),
  });
  const one = wrap(breaker, bulkhead(AT_ONCE, QUEUED));
  const several = wrap(again, one);
  // Not fetch, which takes 10 MB more. Nor imported: that looks at all that these modules have, and so loads fetch's part.
  const client = process.getBuiltinModule(baseUrl.startsWith('https:') ? 'node:https' : 'node:http');
  const agent = new client.Agent({ keepAlive: true });

  let state = 'not asked yet';

  async function attempt<T>(request: PeerRequest): Promise<PeerAnswer<T>> {
    const { status, headers, text } = await send(request);
    if (status >= 500) throw unavailable(`it answered ${status}`);
    if (status >= 300) throw new PeerRefusal(name, status, text);
    try {
      return { body: JSON.parse(text), headers };
    } catch (cause) {
      throw new ServiceError(502, 'peer_answer', `${name} answered with something that is no JSON.`, undefined, cause);
    }
  }

  async function send({ method = 'GET', path, body, requestId, ...limits }: PeerRequest) {
    const { timeoutMs = usualMs, budget = { bytes: MAX_BYTES } } = limits;
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = {
      'x-request-id': requestId,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    try {
      const response = await new Promise<IncomingMessage>((answered, failed) => {
        const sent = client.request(`${baseUrl}${path}`, { method, headers, agent, signal });
        sent.on('response', answered).on('error', failed);
        sent.end(body === undefined ? undefined : JSON.stringify(body));
      });
      const text = await textOf(within(budget, response));
      return { status: response.statusCode ?? 0, headers: response.headers, text };
    } catch (cause) {
      if (cause instanceof TooLong) throw new PeerRefusal(name, 413, cause.message);
      throw unavailable(signal.aborted ? `no answer in ${timeoutMs} ms` : codeOf(cause), cause);
    }
  }

  const unavailable = (why: string, cause?: unknown) =>
    new ServiceError(503, 'peer_unavailable', `${name} cannot be reached (${why}).`, undefined, cause);

  async function read<T>(request: PeerRequest): Promise<PeerAnswer<T>> {
    try {
      const answer = await (request.once ? one : several).execute(() => attempt<T>(request));
      state = 'reachable';
      return answer;
    } catch (error) {
      state = error instanceof PeerRefusal ? 'reachable' : 'unreachable';
      if (error instanceof ServiceError) throw error;
      const why = isBulkheadRejectedError(error) ? 'too many calls wait' : `it is given ${RETRY_AFTER_S} s to recover`;
      throw unavailable(why, error);
    }
  }

  return {
    name,
    state: () => state,
    read,
    call: async <T>(request: PeerRequest) => (await read<T>(request)).body,
  };
}

class TooLong extends Error {}

/** Ends the answer, and its connection, where the budget does. */
async function* within(budget: Budget, answer: IncomingMessage): AsyncGenerator<Buffer> {
  for await (const part of answer) {
    budget.bytes -= part.length;
    if (budget.bytes < 0) throw new TooLong('more bytes than wanted');
    yield part;
  }
}

/** E.g. ECONNREFUSED; the peer's address is nobody's business. */
const codeOf = (error: unknown) => (error as { code?: string }).code ?? 'the connection failed';
