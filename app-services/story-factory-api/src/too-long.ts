import { ServiceError } from '@fountainai/service-kit';

/** 413 with the way out: `details` say what is too long, and how to ask instead. */
export const tooLong = (details: readonly string[]) =>
  new ServiceError(413, 'too_large', 'This is more than one answer holds: ask for fewer beats at once.', details);
