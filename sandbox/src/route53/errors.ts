/** An error of Route 53 as its wire carries it. */
export class Route53Error extends Error {
  override readonly name = 'Route53Error';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const invalidInput = (message: string) => new Route53Error('InvalidInput', message);

/** Every problem of a batch in one bracketed message, as the real service writes them. */
export const invalidChangeBatch = (problems: readonly string[]) =>
  new Route53Error('InvalidChangeBatch', `[${problems.join(', ')}]`);

export const noSuchHostedZone = (id: string) =>
  new Route53Error('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);

/** Text ours. */
export const noSuchChange = (id: string) =>
  new Route53Error('NoSuchChange', `A change with the specified change ID ${id} does not exist.`, 404);

export const hostedZoneAlreadyExists = () =>
  new Route53Error(
    'HostedZoneAlreadyExists',
    'A hosted zone has already been created with the specified caller reference.',
    409,
  );

export const hostedZoneNotEmpty = () =>
  new Route53Error(
    'HostedZoneNotEmpty',
    'The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
  );

export const tooManyHostedZones = () =>
  new Route53Error(
    'TooManyHostedZones',
    'Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER - Cannot create more hosted zones.',
  );

/** Text ours. */
export const invalidDomainName = (name: string) =>
  new Route53Error('InvalidDomainName', `The domain name ${name} is not valid.`);

export const throttled = () => new Route53Error('Throttling', 'Rate exceeded');

export const serviceFault = () =>
  new Route53Error('InternalFailure', 'We encountered an internal error. Please try again.', 500);

export const accessDenied = (operation: string) =>
  new Route53Error(
    'AccessDenied',
    `User: arn:aws:iam::111122223333:user/sandbox is not authorized to perform: route53:${operation} because no identity-based policy allows the route53:${operation} action`,
    403,
  );

export const unknownOperation = () =>
  new Route53Error('UnknownOperationException', 'The sandbox does not know this operation of Route 53.', 404);

export const missingToken = () =>
  new Route53Error('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);

export const incompleteSignature = () =>
  new Route53Error(
    'IncompleteSignature',
    'Authorization header requires Credential, SignedHeaders and Signature in the form of AWS4-HMAC-SHA256.',
  );

export const wrongScope = () =>
  new Route53Error('SignatureDoesNotMatch', "Credential should be scoped to correct service: 'route53'. ", 403);

export const unknownAccessKey = () =>
  new Route53Error('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
