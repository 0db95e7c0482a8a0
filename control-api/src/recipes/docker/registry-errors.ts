import { AppError } from '../../lib/errors.ts';
import { type ImageReference, imageText } from '../../lib/image-reference.ts';
import { lastLines } from '../recipe.ts';

interface Attempt {
  image: ImageReference;
  /** User name of the login that was sent; undefined when none was. */
  username: string | undefined;
  /** The host's architecture. */
  architecture: string;
}

type Explain = (attempt: Attempt, evidence: string) => AppError;

/** Texts of the engine and of registries, the most telling first. Registries word the same refusal in many ways. */
const CAUSES: readonly (readonly [pattern: RegExp, explain: Explain])[] = [
  [/no space left on device/i, diskFull],
  [/no matching manifest|does not match the (specified|wanted) platform/i, wrongArchitecture],
  [/toomanyrequests|rate limit|too many requests|\b429\b/i, rateLimited],
  // The last is GHCR's: twice the word for a token that it does not know, once where it does not let its owner in.
  [
    /incorrect username or password|bad credentials|expired|login attempt|invalid username\/password|denied: denied/i,
    loginRefused,
  ],
  [/repository does not exist|requested access|\bscopes?\b|permission_denied|denied|forbidden|\b403\b/i, denied],
  [/unauthorized|authentication required|no basic auth|\b401\b/i, unauthorized],
  [/name unknown|repository name not known|name_unknown/i, noPackage],
  [/manifest unknown|manifest_unknown|manifest for .* not found|not found|\b404\b/i, noTag],
  [/x509|certificate|tls:|http response to https/i, badTls],
  [
    /time-?out|deadline exceeded|canceled|no such host|server misbehaving|connection (refused|reset)|unreachable|dial tcp|proxyconnect|\bEOF\b|name resolution|\b50[0-9]\b/i,
    unreachable,
  ],
];

/**
 * Turns what the engine says about a failed pull or look-up into registry_denied, registry_unreachable or
 * insufficient_disk, with its words as evidence; undefined when it names no cause that we know.
 */
export function explainRegistry(attempt: Attempt, output: string): AppError | undefined {
  const evidence = lastLines(output, 3);
  // A repository may be called user/telescope or user/not-found.
  const words = output.replaceAll(attempt.image.repository, '');
  return CAUSES.find(([pattern]) => pattern.test(words))?.[1](attempt, evidence);
}

export function wrongArchitecture({ image, architecture }: Attempt, evidence: string): AppError {
  return new AppError(
    'step_failed',
    `${imageText(image)} is not built for this host, which is ${architecture}: ${evidence}.`,
    {
      hint: `Build the image for linux/${architecture} (docker buildx build --platform), push it and repeat the call.`,
    },
  );
}

export function unreachable({ image }: Attempt, evidence: string): AppError {
  return new AppError('registry_unreachable', `The host cannot reach ${image.registry}: ${evidence}.`);
}

function diskFull({ image }: Attempt, evidence: string): AppError {
  return new AppError('insufficient_disk', `The disk became full while ${imageText(image)} was pulled: ${evidence}.`);
}

function rateLimited({ image, username }: Attempt, evidence: string): AppError {
  const hint = username
    ? 'Wait until the limit is reset, then repeat the call.'
    : 'Wait, or send registry_username and registry_token: logged-in pulls have a higher limit.';
  return new AppError('registry_denied', `${image.registry} refuses more pulls for now (rate limit): ${evidence}.`, {
    hint,
  });
}

function loginRefused({ image, username }: Attempt, evidence: string): AppError {
  const who = username ? `the login of ${username}` : 'the login';
  return new AppError('registry_denied', `${image.registry} refused ${who}: ${evidence}.`, {
    hint: 'The token is wrong, expired or revoked: make a new one (GHCR: a classic token with read:packages).',
  });
}

/** GHCR gives the same answer for a missing scope and for a package that does not exist. */
function denied(attempt: Attempt, evidence: string): AppError {
  const { image, username } = attempt;
  if (!username) return unauthorized(attempt, evidence);
  return new AppError(
    'registry_denied',
    `${image.registry} does not show ${image.repository} to ${username}: scope read:packages missing, or no such package: ${evidence}.`,
    {
      hint: 'Check the name of the image, and that the token is a classic one with read:packages of a user who may read it.',
    },
  );
}

function unauthorized(attempt: Attempt, evidence: string): AppError {
  const { image, username } = attempt;
  if (username) return loginRefused(attempt, evidence);
  return new AppError(
    'registry_denied',
    `${image.registry} does not show ${image.repository} without a login: it is private, or does not exist: ${evidence}.`,
    { hint: 'Check the name of the image, or send registry_username and registry_token.' },
  );
}

function noPackage({ image, username }: Attempt, evidence: string): AppError {
  const orHidden = username ? ', or its scope read:packages is missing' : ', or it is private';
  return new AppError('registry_denied', `${image.registry} knows no ${image.repository}${orHidden}: ${evidence}.`);
}

function noTag({ image }: Attempt, evidence: string): AppError {
  const what = image.digest ? `digest sha256:${image.digest}` : `tag "${image.tag}"`;
  return new AppError('registry_denied', `${image.repository} has no ${what}: ${evidence}.`, {
    hint: 'Check that the image was pushed, and under which tag.',
  });
}

function badTls({ image }: Attempt, evidence: string): AppError {
  return new AppError('registry_unreachable', `The TLS connection to ${image.registry} failed: ${evidence}.`, {
    hint: "Check the host's clock, its ca-certificates and /etc/docker/certs.d, then repeat the call.",
  });
}
