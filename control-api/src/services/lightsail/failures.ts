import { AppError, type Detail } from '../../lib/errors.ts';
import { redactor, type Secret } from '../../lib/secret.ts';
import { regionNames } from './regions.ts';

/** What the SDK throws, as far as it is read here. Errors are told by name: the SDK's classes are loaded lazily. */
interface Failure {
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
  /** Lightsail's name of the call, e.g. `GetInstance`. */
  call: string;
  region: string;
  /** Values sent along that an answer might repeat. */
  secrets?: readonly Secret[];
}

const throttling = /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown|LimitExceededException)/;
const credentials = /^(CredentialsProviderError|TokenProviderError)$/;
const denial =
  /^(AccessDenied|Unauthenticated|UnrecognizedClient|ExpiredToken|InvalidToken|InvalidClientTokenId|InvalidAccessKeyId|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|NotAuthorized|OptInRequired|RequestExpired)/;
const unknownThere = /^(UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|OptInRequired)/;
const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/;

export function isNotFound(error: unknown): boolean {
  return read(error)?.name === 'NotFoundException';
}

export function isThrottled(error: unknown): boolean {
  return throttling.test(read(error)?.name ?? '');
}

/** The class is that of any bad input; its text (and, as others have seen, its code) tells. */
export function isNameInUse(error: unknown): boolean {
  const failure = read(error);
  return failure?.code === 'NameExists' || /names? (is|are) already in use/i.test(failure?.message ?? '');
}

export function isOperationFailure(error: unknown): boolean {
  return read(error)?.name === 'OperationFailureException';
}

/** Whether the request may have had its effect although it failed: no answer, a broken one, or a failure of AWS's own. */
export function isUnanswered(error: unknown): boolean {
  const failure = read(error);
  if (!failure || isThrottled(error) || credentials.test(failure.name)) return false;
  if (failure.status === undefined) return failure.code !== undefined && !neverSent.test(failure.code);
  return failure.status < 400 || failure.status >= 500;
}

/** The one translation of AWS's failures into ours; an error that is not AWS's comes back as it is. */
export function translate(error: unknown, attempt: Attempt): unknown {
  const failure = read(error);
  if (!failure) return error;
  const { name, status, code } = failure;
  const unknownRegion = explainRegion(failure, attempt.region);
  if (unknownRegion) return unknownRegion;
  if (credentials.test(name)) {
    return new AppError(
      'aws_access_denied',
      `There are no AWS credentials to call with: ${evidence(failure, attempt)}`,
      {
        hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with AWS_SESSION_TOKEN for temporary ones), or AWS_PROFILE, and start the control API again.',
      },
    );
  }
  const more = { details: [detail(failure, attempt)] };
  const message = `${attempt.call} in ${attempt.region}: ${evidence(failure, attempt)}`;
  if (isDenial(failure)) return new AppError('aws_access_denied', message, more);
  if (status !== undefined) return new AppError('aws_error', message, more);
  return code === undefined ? error : new AppError('aws_unreachable', message, more);
}

function read(error: unknown): Failure | undefined {
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

function isDenial({ name, status }: Failure): boolean {
  return denial.test(name) || ((status === 401 || status === 403) && name !== 'SyntaxError');
}

/**
 * A region that does not exist has no host name; a signature for one is refused; a key is not known in one that the account
 * has not opted into. So these failures are the region's when the SDK does not list it, or when AWS says so.
 */
function explainRegion(failure: Failure, region: string): AppError | undefined {
  const told = /scoped to a valid region/i.test(failure.message);
  const suspect = failure.code === 'ENOTFOUND' || unknownThere.test(failure.name);
  if (!told && !(suspect && !regionNames.includes(region))) return undefined;
  const others = regionNames.filter((name) => name !== region);
  return new AppError('invalid_request', `Lightsail has no region ${region}.`, {
    hint: `Take one of ${others.join(', ')}.`,
    details: [{ path: '/region', message: `${region} is no region of Lightsail`, regions: others }],
  });
}

function detail(failure: Failure, attempt: Attempt): Detail {
  return {
    message: text(failure, attempt),
    call: attempt.call,
    region: attempt.region,
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
