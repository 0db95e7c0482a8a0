/** Every error that the API can answer: HTTP status, what it means, what to do. docs/error-codes.md is checked against it. */
export const catalogue = {
  invalid_request: [
    400,
    'A field is missing, unknown or malformed.',
    'Mend the fields named in details; /docs shows each with an example.',
  ],
  ssh_key_not_allowed: [
    400,
    'ssh_key_path is not inside SSH_KEY_DIR.',
    'Move the key into SSH_KEY_DIR, or set SSH_KEY_DIR to its folder.',
  ],
  ssh_key_permissions: [400, 'The private key can be read by others.', 'chmod 600 the key file.'],
  ssh_key_unusable: [
    400,
    'The private key is missing, encrypted or not a key.',
    'Give the path of an unencrypted OpenSSH or PEM private key.',
  ],
  secrets_file_unusable: [
    400,
    'SECRETS_FILE can be read by others, or does not say what it should.',
    'chmod 600 the file, or mend the place that the message names.',
  ],
  unauthorized: [401, 'The bearer token is missing or wrong.', 'Send "Authorization: Bearer $CONTROL_API_TOKEN".'],
  aws_access_denied: [
    403,
    'AWS refused the credentials, or they may not do this.',
    'Check AWS_ACCESS_KEY_ID or AWS_PROFILE and the IAM policy.',
  ],
  github_forbidden: [
    403,
    'GitHub refused the token, or it may not do this.',
    'Use a classic token with scope repo, or a fine-grained one with "Secrets: write" (and "Environments: write").',
  ],
  cross_site_refused: [
    403,
    'A web page of another site tried to make this call.',
    "Call from curl, from /docs, or from the API's own origin.",
  ],
  host_not_allowed: [
    421,
    'The Host header is not one of ours.',
    'Use localhost, 127.0.0.1 or HOST, or add the name to ALLOWED_HOSTS.',
  ],
  instance_not_found: [
    404,
    'There is no such instance.',
    'GET /aws/lightsail/instances?region=... lists what there is.',
  ],
  operation_not_found: [404, 'There is no such operation.', 'GET /operations lists them.'],
  app_not_found: [
    404,
    'There is no such app on the host, or no manifest of that name.',
    'GET /services/docker-apps shows what runs there.',
  ],
  consumer_not_found: [404, 'The gateway has no such consumer.', 'POST /services/add-consumer adds one.'],
  zone_not_found: [404, 'There is no such public hosted zone.', 'GET /aws/route53/hosted-zones lists what there is.'],
  repository_not_found: [
    404,
    'There is no such repository or environment, or the token may not see it.',
    'Check owner, name and environment, and that the token may see the repository.',
  ],
  route_not_found: [404, 'There is no such route.', 'GET /docs shows every route.'],
  target_locked: [409, 'Another operation is working on this target.', 'Wait for it: GET /operations/{operation_id}.'],
  instance_differs: [
    409,
    'An instance of this name exists, but not as asked.',
    'Choose another name, or ask for what is there.',
  ],
  confirm_required: [
    409,
    'This call destroys something and wants its exact name.',
    'Repeat the call with "confirm" set to the exact name.',
  ],
  host_key_changed: [
    409,
    'The host shows another key than the pinned one.',
    'Do not log in before you know why; a rebuilt instance has a new identity and needs no unpinning.',
  ],
  host_key_unknown: [
    409,
    'The host is not an instance of ours and its key is not known.',
    "Compare the fingerprint with the host's own, then send it as host_key_fingerprint.",
  ],
  host_mismatch: [409, 'instance_ip and instance_name are not the same host.', 'Send only one of them.'],
  name_taken: [
    409,
    'The name belongs to a resource of another kind.',
    'Choose another name: Lightsail has one namespace per region for everything.',
  ],
  zone_ambiguous: [
    409,
    'Several public hosted zones have this name.',
    'Send hosted_zone_id: details list them with their name servers.',
  ],
  budget_exceeded: [
    409,
    'It would cost more a month than BUDGET_EUR_MONTH allows.',
    'Take a cheaper bundle, delete what is not needed, or send "allow_over_budget": true.',
  ],
  self_target: [
    409,
    'It would end this control API itself in the middle of the call.',
    'Make the call from another control API, such as one on your own machine, or by hand: docs/control-api-image.md.',
  ],
  port_taken: [
    409,
    'Another program on the host listens on a port that is needed.',
    'Stop that program on the host, and repeat the call.',
  ],
  plan_changed: [
    412,
    'The world moved since the dry run.',
    'Look at the new plan: repeat the call with ?dry_run=true.',
  ],
  payload_too_large: [413, 'The body is larger than 1 MiB.', 'Send less.'],
  unsupported_media_type: [
    415,
    'Only application/json is accepted.',
    'Send the header Content-Type: application/json.',
  ],
  insufficient_disk: [422, 'The disk has too little room.', 'Free some, or take a larger bundle.'],
  insufficient_memory: [422, 'The host has too little memory.', 'Take the bundle named in the message.'],
  catalog_mismatch: [422, 'The region does not sell this bundle or blueprint.', 'Take one of those listed in details.'],
  manifest_invalid: [
    422,
    'A file of deploy-manifests, or the openapi.yaml of an app, does not fit.',
    'Mend the places that details name, each with file, line and field.',
  ],
  unsupported_os: [
    422,
    'The host runs a system that the recipe does not support.',
    'Use one of the systems listed in details.',
  ],
  kong_config_invalid: [
    422,
    'Kong does not accept this configuration; the running one was not touched.',
    'Mend the file at the place that the message names, then repeat the call.',
  ],
  version_unknown: [422, 'There is no package of this version.', 'Take one of the versions listed, or leave it out.'],
  internal_error: [500, 'The control API itself failed.', 'Look at its log for the request id, and report it.'],
  step_failed: [
    502,
    'A step failed on the host.',
    'Read the last lines in the message, mend the cause and repeat the call.',
  ],
  connection_lost: [
    502,
    'The connection to the host ended before the outcome was known.',
    'Repeat the call: it reads the host anew and finishes.',
  ],
  registry_denied: [502, 'The registry refused the image.', 'Check image name, tag and token, as the message tells.'],
  registry_unreachable: [
    502,
    'The host cannot reach the registry.',
    "Check the host's network, or deploy an image by digest that is already there.",
  ],
  aws_error: [502, 'AWS answered with an error.', 'Read the message; repeat the call when it is mended.'],
  github_error: [502, 'GitHub answered with an error.', 'Read the message; repeat the call when it is mended.'],
  acme_refused: [
    502,
    'The certificate authority refused; nothing was replaced.',
    'Read the message, which has its own words; repeat the call when it is mended.',
  ],
  aws_unreachable: [
    503,
    'AWS cannot be reached.',
    'Check the network and the AWS_ENDPOINT_URL_* settings, then repeat the call.',
  ],
  github_unreachable: [503, 'GitHub cannot be reached.', 'Check the network and GITHUB_API_URL, then repeat the call.'],
  acme_rate_limited: [
    503,
    'The certificate authority takes no more orders for now; nothing was replaced.',
    'Wait as long as the message tells; to try things out, set ACME_DIRECTORY_URL to a staging directory.',
  ],
  acme_unreachable: [
    503,
    'The ACME directory cannot be reached, or fails; nothing was replaced.',
    'Check the network, ACME_DIRECTORY_URL and ACME_CA_FILE, then repeat the call.',
  ],
  host_unreachable: [
    503,
    'The host does not let us in over SSH.',
    'GET /aws/lightsail/instances/NAME/readiness tells how far it got.',
  ],
  journal_unavailable: [
    503,
    'The journal cannot be written, so no step is begun.',
    'Look at DATA_DIR: free space, rights, and the file journal.sqlite.',
  ],
  shutting_down: [503, 'The control API is ending.', 'Repeat the call when it is up again.'],
  timed_out: [
    504,
    'The operation did not finish by its deadline.',
    'Look at its steps, then repeat the call: it goes on where it stopped.',
  ],
} as const satisfies Record<string, readonly [status: number, meaning: string, hint: string]>;

export type ErrorCode = keyof typeof catalogue;

export interface Detail {
  path?: string;
  message: string;
  [key: string]: unknown;
}

/** An error that the caller is meant to read. `message` says what failed and what was seen; `hint` what to do next. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly hint: string;
  readonly details: readonly Detail[] | undefined;

  constructor(
    code: ErrorCode,
    message: string = catalogue[code][1],
    more: { hint?: string; details?: readonly Detail[]; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? {} : { cause: more.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = catalogue[code][0];
    this.hint = more.hint ?? catalogue[code][2];
    this.details = more.details;
  }
}

/** The host is no longer as it was when the plan was made; nothing was changed, a new plan is needed. */
export class FactsMoved extends Error {}
