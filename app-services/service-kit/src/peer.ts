import {
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  isBulkheadRejectedError,
  retry,
  wrap,
} from 'cockatiel';
import { ServiceError } from './errors.ts';

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
}

/** What /ready says of another service. */
export interface PeerState {
  name: string;
  /** 'unreachable' while it is given time to recover. */
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
const OPEN_MS = 5000;
const AT_ONCE = 20;
const QUEUED = 1000;

/** A client for another service: several tries, a limit of calls at a time, and time for it to recover. */
export function createPeer({ name, baseUrl, timeoutMs }: PeerOptions): Peer {
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

  async function attempt(request: PeerRequest): Promise<unknown> {
    const response = await send(request);
    const text = await response.text().catch(unavailable);
    if (response.status >= 500) throw unavailable(new Error(`it answered ${response.status}`));
    if (!response.ok) throw new PeerRefusal(name, response.status, text);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new ServiceError(502, 'peer_answer', `${name} answered with something that is no JSON.`, undefined, cause);
    }
  }

  async function send({ method = 'GET', path, body, requestId }: PeerRequest): Promise<Response> {
    return fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        'x-request-id': requestId,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch(unavailable);
  }

  function unavailable(cause: unknown): never {
    const why =
      cause instanceof Error && cause.name === 'TimeoutError' ? `no answer in ${timeoutMs} ms` : String(cause);
    throw new ServiceError(503, 'peer_unavailable', `${name} cannot be reached (${why}).`, undefined, cause);
  }

  return {
    name,
    state: () => (breaker.state === CircuitState.Open ? 'unreachable' : 'reachable'),
    async call<T>(request: PeerRequest): Promise<T> {
      try {
        return (await (request.once ? one : several).execute(() => attempt(request))) as T;
      } catch (error) {
        if (error instanceof ServiceError) throw error;
        const why = isBulkheadRejectedError(error)
          ? 'too many calls wait'
          : `it is given ${OPEN_MS / 1000} s to recover`;
        const message = `${name} cannot be reached (${why}).`;
        throw new ServiceError(503, 'peer_unavailable', message, undefined, error);
      }
    },
  };
}
