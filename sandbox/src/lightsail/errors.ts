/**
 * The errors of Lightsail as its wire carries them: status, `__type`, `message`, `code`, `docs`, `tip`.
 * `code` is finer than `__type`: NameExists and DoesNotExist were seen by callers of the real service.
 * Texts marked (ours) are not known from the real service; clients should look at the type alone.
 */
export class LightsailError extends Error {
  override readonly name = 'LightsailError';
  readonly type: string;
  readonly status: number;
  readonly code: string;

  constructor(type: string, message: string, { status = 400, code = type } = {}) {
    super(message);
    this.type = type;
    this.status = status;
    this.code = code;
  }

  body() {
    return { __type: this.type, message: this.message, code: this.code, docs: '', tip: '' };
  }
}

export const invalidInput = (message: string) => new LightsailError('InvalidInputException', message);

export const nameInUse = (names: readonly string[]) =>
  new LightsailError('InvalidInputException', `Some names are already in use: ${names.join(', ')}`, {
    code: 'NameExists',
  });

export const notFound = (type: string, name: string) =>
  new LightsailError('NotFoundException', `The ${type} does not exist: ${name}`, { code: 'DoesNotExist' });

/** What an instance's state does not allow (class and text ours). */
export const wrongState = (name: string, state: string, wanted: string) =>
  new LightsailError(
    'OperationFailureException',
    `Instance ${name} is ${state}; it must be ${wanted} for this operation.`,
  );

/** More than an account may have of something in a region (class and text ours). */
export const limitReached = (limit: number, what: string) =>
  new LightsailError('InvalidInputException', `You have reached the maximum number of ${what}: ${limit}.`, {
    code: 'LimitExceeded',
  });

export const accessDenied = (operation: string) =>
  new LightsailError(
    'AccessDeniedException',
    `User: arn:aws:iam::111122223333:user/sandbox is not authorized to perform: lightsail:${operation}`,
  );

export const throttled = () => new LightsailError('ThrottlingException', 'Rate exceeded');

export const serviceFault = () =>
  new LightsailError('ServiceException', 'An unexpected error occurred; try again later.', { status: 500 });

export const unknownOperation = () => new LightsailError('UnknownOperationException', '', { status: 404 });

export const malformedBody = () =>
  new LightsailError('SerializationException', 'The request body is not a JSON object.');

export const missingToken = () =>
  new LightsailError('MissingAuthenticationTokenException', 'Missing Authentication Token', { status: 403 });

export const incompleteSignature = () =>
  new LightsailError(
    'IncompleteSignatureException',
    'Authorization header requires Credential, SignedHeaders and Signature in the form of AWS4-HMAC-SHA256.',
    { status: 403 },
  );

export const wrongScope = (what: string) =>
  new LightsailError('InvalidSignatureException', `Credential should be scoped to ${what}.`, { status: 403 });

export const unrecognizedClient = () =>
  new LightsailError('UnrecognizedClientException', 'The security token included in the request is invalid.');
