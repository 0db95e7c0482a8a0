import { join, resolve } from 'node:path';
import { z } from 'zod';
import { isLoopback, isSafeUrl } from './lib/loopback.ts';
import { Secret } from './lib/secret.ts';

export interface Config {
  host: string;
  port: number;
  /** Host names, lower case, that this API answers to besides loopback and `host`. */
  allowedHosts: readonly string[];
  token: Secret | undefined;
  /** Absolute path. */
  dataDir: string;
  /** Absolute path. */
  sshKeyDir: string;
  sshPort: number;
  awsRegion: string;
  /** Undefined: AWS itself. */
  lightsailEndpoint: string | undefined;
  /** Undefined: AWS itself. */
  route53Endpoint: string | undefined;
  /** Without a final slash. */
  githubApiUrl: string;
  acmeDirectoryUrl: string;
  /** Absolute path of further certificates to trust for the ACME directory. */
  acmeCaFile: string | undefined;
  budgetEurMonth: number;
  eurPerUsd: number;
  /** Absolute path of the folder with stack.yaml and apps/. */
  stackDir: string;
  /** Absolute path of the folder with each app's openapi.yaml in a folder of its name. */
  specsDir: string;
  /** Absolute path. */
  secretsFile: string;
  /** Absolute path of a declarative configuration of the operator's own; undefined: it is made of the manifests. */
  kongConfig: string | undefined;
  /** Another place for Kong's package than its vendor's. */
  kongDeb: { url: string; sha256: string } | undefined;
  /** Another place for OpenSearch's packages than their vendor's. */
  opensearchApt: { repository: string; keyUrl: string; keySha256: string } | undefined;
  syncLimitS: number;
  dockerSource: 'distribution' | 'docker-ce';
  logLevel: (typeof logLevels)[number];
}

export interface ConfigProblem {
  name: string;
  message: string;
  hint: string;
}

/** The settings cannot be used; `message` lists every problem, one to a line, without any setting's value. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ name, message, hint }) => `  ${name}: ${message}. ${hint}`);
    super(`These settings cannot be used:\n${lines.join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const AWS_ENDPOINT_HINT = 'Unset it to talk to AWS, or give the sandbox’s address, such as http://127.0.0.1:4566.';
const hostName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;

const port = z
  .string()
  .regex(/^\d+$/, 'is not a number')
  .transform(Number)
  .refine((value) => value <= 65535, 'is above 65535');

const endpoint = z.string().refine(isSafeUrl, 'is neither an https URL nor http on loopback');

const amount = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'is not a number of 0 or more, such as 70 or 0.92')
  .transform(Number);

/** Fetched by a host, and checked there against a sha256 that is set along with it. */
const artefactUrl = z
  .string()
  .refine((text) => ['http:', 'https:'].includes(URL.parse(text)?.protocol ?? ''), 'is no http or https URL');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is not 64 hex digits');

const settings = z.object({
  HOST: z
    .string()
    .default('127.0.0.1')
    .transform((host) => host.replace(/^\[(.*)\]$/, '$1'))
    .refine((host) => hostName.test(host) || z.ipv6().safeParse(host).success, 'is no address and no host name')
    .meta({ hint: 'Give an IP address or a host name, such as 127.0.0.1.' }),
  PORT: port.default(8000).meta({ hint: 'Give a port from 0 (any free one) to 65535.' }),
  ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((list) => list.split(',').flatMap((name) => name.trim().toLowerCase() || []))
    .refine((names) => names.every((name) => hostName.test(name)), 'holds something that is no host name')
    .meta({ hint: 'Give host names with commas between them, without scheme and port.' }),
  CONTROL_API_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'has characters that no header can carry')
    .transform((token) => new Secret(token))
    .optional()
    .meta({ hint: 'Make one with: openssl rand -hex 32' }),
  DATA_DIR: z.string().default('./data').meta({ hint: 'Give the path of a folder.' }),
  SSH_KEY_DIR: z.string().optional().meta({ hint: 'Give the path of a folder.' }),
  SSH_PORT: port
    .refine((value) => value > 0, 'is 0')
    .default(22)
    .meta({ hint: 'Give a port from 1 to 65535.' }),
  AWS_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is no AWS region')
    .default('eu-central-1')
    .meta({ hint: 'Give a region, such as eu-central-1.' }),
  AWS_ENDPOINT_URL_LIGHTSAIL: endpoint.optional().meta({ hint: AWS_ENDPOINT_HINT }),
  AWS_ENDPOINT_URL_ROUTE_53: endpoint.optional().meta({ hint: AWS_ENDPOINT_HINT }),
  GITHUB_API_URL: endpoint
    .transform((url) => url.replace(/\/+$/, ''))
    .default('https://api.github.com')
    .meta({ hint: 'Unset it for github.com, or give https://HOST/api/v3 of a GitHub Enterprise Server.' }),
  ACME_DIRECTORY_URL: endpoint
    .default('https://acme-v02.api.letsencrypt.org/directory')
    .meta({ hint: 'Unset it for Let’s Encrypt, or give the address of a directory, such as its staging one.' }),
  ACME_CA_FILE: z.string().optional().meta({ hint: 'Give the path of a PEM file.' }),
  BUDGET_EUR_MONTH: amount.default(70).meta({ hint: 'Give the EUR that all may cost in a month, such as 70.' }),
  EUR_PER_USD: amount
    .refine((value) => value > 0, 'is 0')
    .default(0.92)
    .meta({ hint: 'Give what a US dollar costs in EUR, such as 0.92.' }),
  STACK_DIR: z
    .string()
    .default('./deploy-manifests')
    .meta({ hint: 'Give the path of a folder with stack.yaml and apps/.' }),
  SPECS_DIR: z
    .string()
    .default('./app-services')
    .meta({ hint: 'Give the path of a folder with APP/openapi.yaml for each app.' }),
  SECRETS_FILE: z.string().optional().meta({ hint: 'Give the path of a YAML file that only you can read.' }),
  KONG_CONFIG: z.string().optional().meta({ hint: 'Give the path of a declarative configuration, or unset it.' }),
  KONG_DEB_URL: artefactUrl.optional().meta({ hint: 'Give the address of a .deb file.' }),
  KONG_DEB_SHA256: sha256.optional().meta({ hint: 'Give what sha256sum prints for the .deb file.' }),
  OPENSEARCH_APT_URL: artefactUrl.optional().meta({ hint: 'Give the address of an apt repository.' }),
  OPENSEARCH_APT_KEY_URL: artefactUrl.optional().meta({ hint: "Give the address of the repository's armoured key." }),
  OPENSEARCH_APT_KEY_SHA256: sha256.optional().meta({ hint: 'Give what sha256sum prints for the key file.' }),
  SYNC_LIMIT_S: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'is not a number of seconds')
    .transform(Number)
    .refine((value) => value > 0 && value <= 3600, 'is not above 0 and at most 3600')
    .default(240)
    .meta({ hint: 'Give the seconds after which a waiting call is answered 202.' }),
  DOCKER_SOURCE: z
    .enum(['distribution', 'docker-ce'], 'is neither distribution nor docker-ce')
    .default('distribution')
    .meta({ hint: 'Give distribution or docker-ce.' }),
  LOG_LEVEL: z
    .enum(logLevels, 'is no log level')
    .default('info')
    .meta({ hint: `Give one of ${logLevels.join(', ')}.` }),
});

type Settings = z.output<typeof settings>;

/** Every environment variable that is read here. */
export const settingNames = Object.keys(settings.shape);

/**
 * Reads the settings from an environment; an empty string counts as unset, and names that are not ours are left alone.
 * @throws {ConfigError} with every problem at once
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = settings.safeParse(set);
  const problems = [...(parsed.error?.issues.map(problem) ?? []), ...weakToken(set), ...incompleteGroups(set)];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const { data } = parsed;
  const dataDir = resolve(data.DATA_DIR);
  return {
    host: data.HOST,
    port: data.PORT,
    allowedHosts: data.ALLOWED_HOSTS,
    token: data.CONTROL_API_TOKEN,
    dataDir,
    sshKeyDir: data.SSH_KEY_DIR === undefined ? join(dataDir, 'keys') : resolve(data.SSH_KEY_DIR),
    sshPort: data.SSH_PORT,
    awsRegion: data.AWS_REGION,
    lightsailEndpoint: data.AWS_ENDPOINT_URL_LIGHTSAIL,
    route53Endpoint: data.AWS_ENDPOINT_URL_ROUTE_53,
    githubApiUrl: data.GITHUB_API_URL,
    acmeDirectoryUrl: data.ACME_DIRECTORY_URL,
    acmeCaFile: data.ACME_CA_FILE === undefined ? undefined : resolve(data.ACME_CA_FILE),
    budgetEurMonth: data.BUDGET_EUR_MONTH,
    eurPerUsd: data.EUR_PER_USD,
    stackDir: resolve(data.STACK_DIR),
    specsDir: resolve(data.SPECS_DIR),
    secretsFile: data.SECRETS_FILE === undefined ? join(dataDir, 'secrets.yaml') : resolve(data.SECRETS_FILE),
    kongConfig: data.KONG_CONFIG === undefined ? undefined : resolve(data.KONG_CONFIG),
    kongDeb: kongDebOf(data),
    opensearchApt: opensearchAptOf(data),
    syncLimitS: data.SYNC_LIMIT_S,
    dockerSource: data.DOCKER_SOURCE,
    logLevel: data.LOG_LEVEL,
  };
}

function problem({ path, message }: z.core.$ZodIssue): ConfigProblem {
  const name = String(path[0]);
  return { name, message, hint: String(settings.shape[name as keyof typeof settings.shape].meta()?.hint) };
}

/** Beyond this machine, a shorter token could be guessed: nothing counts the attempts. */
const TOKEN_LENGTH = 16;

/** Whoever reaches this API can spend money and read the hosts: beyond this machine it must ask who is calling. */
function weakToken({ HOST, CONTROL_API_TOKEN: token }: Record<string, string | undefined>): ConfigProblem[] {
  if (HOST === undefined || isLoopback(HOST) || (token !== undefined && token.length >= TOKEN_LENGTH)) return [];
  const lack = token === undefined ? 'is not set' : `has fewer than ${TOKEN_LENGTH} characters`;
  const message = `${lack}, but HOST can be reached from other machines`;
  const hint = 'Make one with "openssl rand -hex 32"; or, but not in a container, set HOST to 127.0.0.1.';
  return [{ name: 'CONTROL_API_TOKEN', message, hint }];
}

/** A place without what it is checked by, or the other way round, would be half of another's. */
const groups = [
  ['KONG_DEB_URL', 'KONG_DEB_SHA256'],
  ['OPENSEARCH_APT_URL', 'OPENSEARCH_APT_KEY_URL', 'OPENSEARCH_APT_KEY_SHA256'],
];

function incompleteGroups(set: Record<string, string | undefined>): ConfigProblem[] {
  return groups.flatMap((names) => {
    const missing = names.filter((name) => set[name] === undefined);
    if (missing.length === 0 || missing.length === names.length) return [];
    const hint = `Set all of ${names.join(', ')}, or none.`;
    return missing.map((name) => ({ name, message: 'is not set, but its companions are', hint }));
  });
}

function kongDebOf({ KONG_DEB_URL: url, KONG_DEB_SHA256: sha256 }: Settings): Config['kongDeb'] {
  return url === undefined || sha256 === undefined ? undefined : { url, sha256 };
}

function opensearchAptOf(data: Settings): Config['opensearchApt'] {
  const { OPENSEARCH_APT_URL: repository, OPENSEARCH_APT_KEY_URL: keyUrl, OPENSEARCH_APT_KEY_SHA256: keySha256 } = data;
  if (repository === undefined || keyUrl === undefined || keySha256 === undefined) return undefined;
  return { repository: repository.replace(/\/+$/, ''), keyUrl, keySha256 };
}
