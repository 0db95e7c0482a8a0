import { AppError, type Detail } from '../lib/errors.ts';
import { redactor, type Secret } from '../lib/secret.ts';

/** What the SDK throws, as far as it is read here. Errors are told by name: the SDK's classes are loaded lazily. */
export interface Failure {
  name: string;
  message: string;
  /** Of Node's network errors, and finer than `name` in some of Lightsail's. */
  code: string | undefined;
  /** Undefined when no answer came. */
  status: number | undefined;
  requestId: string | undefined;
}

/** What was tried, for the message. */
export interface Attempt {
  /** AWS's name of the call, e.g. `GetInstance`. */
  call: string;
  /** Left out for a service that has no regions. */
  region?: string;
  /** Values sent along that an answer might repeat. */
  secrets?: readonly Secret[];
}

const throttling = /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown|LimitExceededException)/;
const credentials = /^(CredentialsProviderError|TokenProviderError)$/;
const denial =
  /^(AccessDenied|Unauthenticated|UnrecognizedClient|ExpiredToken|InvalidToken|InvalidClientTokenId|InvalidAccessKeyId|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|NotAuthorized|OptInRequired|RequestExpired)/;
const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/;

/** Undefined for what is no failure of AWS's. */
export function readFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || error instanceof AppError) return undefined;
  const { $metadata, $response, code } = error as {
    $metadata?: { httpStatusCode?: number; requestId?: string };
    $response?: { statusCode?: number };
    code?: unknown;
  };
  return {
    name: error.name,
    message: error.message,
    code: typeof code === 'string' ? code : undefined,
    status: $metadata?.httpStatusCode ?? $response?.statusCode,
    requestId: $metadata?.requestId,
  };
}

export function isThrottled(error: unknown): boolean {
  return throttling.test(readFailure(error)?.name ?? '');
}

/** Whether the request may have had its effect although it failed: no answer, a broken one, or a failure of AWS's own. */
export function isUnanswered(error: unknown): boolean {
  const failure = readFailure(error);
  if (!failure || isThrottled(error) || credentials.test(failure.name)) return false;
  if (failure.status === undefined) return failure.code !== undefined && !neverSent.test(failure.code);
  return failure.status < 400 || failure.status >= 500;
}

/**
 * The one translation of AWS's failures into ours: aws_access_denied, aws_error with AWS's own words, aws_unreachable; an
 * error that is not AWS's comes back as it is. `hint` says what to do about an aws_error that AWS names so.
 */
export function translateAws(error: unknown, attempt: Attempt, hint?: (name: string) => string | undefined): unknown {
  const failure = readFailure(error);
  if (!failure) return error;
  const { name, status, code } = failure;
  if (credentials.test(name)) {
    return new AppError(
      'aws_access_denied',
      `There are no AWS credentials to call with: ${evidence(failure, attempt)}`,
      {
        // The SDK skips the other variables when there is a profile, and its own message does not say so.
        hint: 'Set AWS_PROFILE; or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with AWS_SESSION_TOKEN for temporary ones) without AWS_PROFILE, which hides them. Then start the control API again.',
      },
    );
  }
  const more = { details: [detail(failure, attempt)] };
  const where = attempt.region === undefined ? '' : ` in ${attempt.region}`;
  const message = `${attempt.call}${where}: ${evidence(failure, attempt)}`;
  if (isDenial(failure)) return new AppError('aws_access_denied', message, more);
  if (status !== undefined) {
    const advice = throttling.test(name) ? throttledHint : hint?.(name);
    return new AppError('aws_error', message, { ...more, ...(advice ? { hint: advice } : {}) });
  }
  return code === undefined ? error : new AppError('aws_unreachable', message, more);
}

const throttledHint =
  'AWS takes only so many calls at a time, from all who use the account: repeat this one in a minute.';

function isDenial({ name, status }: Failure): boolean {
  return denial.test(name) || ((status === 401 || status === 403) && name !== 'SyntaxError');
}

function detail(failure: Failure, attempt: Attempt): Detail {
  return {
    message: text(failure, attempt),
    call: attempt.call,
    ...(attempt.region === undefined ? {} : { region: attempt.region }),
    aws_error: failure.name,
    ...(failure.status === undefined ? {} : { http_status: failure.status }),
    ...(failure.requestId === undefined ? {} : { request_id: failure.requestId }),
  };
}

function evidence(failure: Failure, attempt: Attempt): string {
  const { name, status, requestId } = failure;
  const seen = [status === undefined ? '' : `HTTP ${status}`, name === 'Error' ? '' : name].filter(Boolean).join(' ');
  return `${seen ? `${seen}: ` : ''}${text(failure, attempt)}${requestId ? ` (request id ${requestId})` : ''}`;
}

/**
 * AWS's own words without what must not be seen: an answer to a bad signature repeats the signed request, one to a bad
 * argument may repeat the argument, and the parser of a broken answer quotes it.
 */
function text({ name, message }: Failure, { secrets = [] }: Attempt): string {
  if (name === 'SyntaxError') return 'the answer is not JSON';
  if (secrets.length > 0 && /user_?data/i.test(message)) return 'AWS does not take user_data as it is';
  const [paragraph = ''] = redactor(secrets)(message).split(/\n|Authorization=/);
  return paragraph.trim().slice(0, 500);
}
