import { ServiceError } from '@fountainai/service-kit';

const errorCode = 'too_large';

/** 413: what is asked for can be had in parts. `details` say what is too long. */
export const tooLong = (details: readonly string[]) =>
  new ServiceError(413, errorCode, 'This is more than one answer holds: ask for fewer beats at once.', details);

export const isTooLong = (error: unknown): error is ServiceError =>
  error instanceof ServiceError && error.errorCode === errorCode;

/** 413: stories of this script cannot be told, not even in parts. */
export const scriptTooLong = (count: number, what: string, most: number) =>
  new ServiceError(413, 'script_too_large', `The script has ${count} ${what}; stories are told of ${most} at most.`);
