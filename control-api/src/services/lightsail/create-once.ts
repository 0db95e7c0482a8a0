import type { Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { type Attempt, isNameInUse, isThrottled, isUnanswered, translate } from './failures.ts';

interface Creation<T> {
  /** What is made, for messages. */
  name: string;
  /** Sends the request, exactly once. */
  create(): Promise<unknown>;
  lookUp(): Promise<T | undefined>;
  /** Whether a thing of this name that another made is an answer too, since the caller compares it with the wish. */
  comparable: boolean;
  clock: Clock;
  attempt: Attempt;
}

/** Milliseconds between tries while AWS throttles: a throttled request has had no effect. */
const throttledMs = [1000, 2000, 4000, 8000];
/** Milliseconds before each look for what a lost answer may have made, half a minute in all. */
const looksMs = [0, 500, 1500, 3000, 5000, 8000, 12000];
/** A name that is in use is in use: the looks only bridge the time until every part of AWS knows. */
const shortLooksMs = looksMs.slice(0, 4);

/**
 * Creates what AWS does not create idempotently, and never twice: the request is repeated only when AWS said that it was
 * throttled; after a lost answer the thing is looked for instead. Resolves to what has the name then.
 * @throws {AppError} name_taken; what `lookUp` throws is ignored while it looks
 */
export async function createOnce<T>({ name, create, lookUp, comparable, clock, attempt }: Creation<T>): Promise<T> {
  const failure = await send(create, clock);
  if (isNameInUse(failure) && !comparable) throw taken(name);
  const found = await look(lookUp, clock, isNameInUse(failure) ? shortLooksMs : looksMs);
  if (found !== undefined) return found;
  if (failure === undefined) {
    throw new AppError('aws_error', `AWS accepted ${name}, but does not show it.`, {
      hint: 'Repeat the call in a minute: it looks first.',
    });
  }
  if (isNameInUse(failure)) throw taken(name);
  throw unanswered(name, translate(failure, attempt));
}

/** Undefined when AWS accepted; the failure when it may have had its effect. */
async function send(create: () => Promise<unknown>, clock: Clock): Promise<unknown> {
  try {
    await whileThrottled(create, clock);
    return undefined;
  } catch (error) {
    if (isNameInUse(error) || isUnanswered(error)) return error;
    throw error;
  }
}

/** Sends again, a few times, what AWS did not take because it throttles. */
export async function whileThrottled(send: () => Promise<unknown>, clock: Clock): Promise<void> {
  for (const waitMs of throttledMs) {
    try {
      await send();
      return;
    } catch (error) {
      if (!isThrottled(error)) throw error;
      await clock.sleep(waitMs);
    }
  }
  await send();
}

async function look<T>(lookUp: () => Promise<T | undefined>, clock: Clock, waits: readonly number[]) {
  for (const waitMs of waits) {
    if (waitMs > 0) await clock.sleep(waitMs);
    const found = await lookUp().catch(() => undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

function taken(name: string): AppError {
  return new AppError('name_taken', `${name} is the name of another resource of this region already.`);
}

function unanswered(name: string, error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  return new AppError(error.code, `${error.message}. Nothing named ${name} appeared in the half minute after.`, {
    hint: `Repeat the call: it looks for ${name} before it creates anything.`,
    ...(error.details ? { details: error.details } : {}),
  });
}
