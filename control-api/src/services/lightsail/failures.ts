import { AppError } from '../../lib/errors.ts';
import { type Attempt as AwsAttempt, type Failure, readFailure, translateAws } from '../aws-failures.ts';
import { regionNames } from './regions.ts';

export { isThrottled, isUnanswered } from '../aws-failures.ts';

/** What was tried, for the message. */
export interface Attempt extends AwsAttempt {
  region: string;
}

const unknownThere = /^(UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|OptInRequired)/;

export function isNotFound(error: unknown): boolean {
  return readFailure(error)?.name === 'NotFoundException';
}

/** The class is that of any bad input; its text (and, as others have seen, its code) tells. */
export function isNameInUse(error: unknown): boolean {
  const failure = readFailure(error);
  return failure?.code === 'NameExists' || /names? (is|are) already in use/i.test(failure?.message ?? '');
}

export function isOperationFailure(error: unknown): boolean {
  return readFailure(error)?.name === 'OperationFailureException';
}

/** AWS does not say which of the two it uses when an instance's state does not allow what was asked. */
export function isWrongState(error: unknown): boolean {
  const name = readFailure(error)?.name;
  return name === 'OperationFailureException' || name === 'InvalidInputException';
}

/** The one translation of Lightsail's failures into ours; an error that is not AWS's comes back as it is. */
export function translate(error: unknown, attempt: Attempt): unknown {
  const failure = readFailure(error);
  return (failure && explainRegion(failure, attempt.region)) ?? translateAws(error, attempt);
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
