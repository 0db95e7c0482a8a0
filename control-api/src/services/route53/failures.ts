import { AppError } from '../../lib/errors.ts';
import { readFailure, translateAws } from '../aws-failures.ts';

export { isUnanswered } from '../aws-failures.ts';

/**
 * Runs `work` and translates its failures: zone_not_found (also for a hosted_zone_id that is none), aws_access_denied,
 * aws_unreachable, aws_error. Of InvalidChangeBatch the message is taken, never `messages`, which the SDK leaves empty.
 */
export async function translated<T>(call: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isNamed(error, 'NoSuchHostedZone')) {
      throw new AppError('zone_not_found', `${call}: ${(error as Error).message}`);
    }
    throw translateAws(error, { call }, hintFor);
  }
}

export function isNamed(error: unknown, name: string): boolean {
  return readFailure(error)?.name === name;
}

function hintFor(name: string): string | undefined {
  if (name === 'PriorRequestNotComplete') {
    return 'Route 53 is still at work on an earlier change of this zone: repeat the call in a minute.';
  }
  if (name === 'InvalidChangeBatch')
    return 'GET /aws/route53/records shows the zone as it is now; then repeat the call.';
  if (name === 'TooManyHostedZones') return 'Delete a zone that is not needed, or ask AWS for a higher quota.';
  return undefined;
}
