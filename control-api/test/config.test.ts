import { expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../src/config.ts';

function problems(env: Record<string, string>) {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ name }) => name);
    throw error;
  }
  return [];
}

test('nothing set, or set to nothing, gives the defaults', () => {
  const defaults = loadConfig({});
  expect(defaults).toMatchObject({
    host: '127.0.0.1',
    port: 8000,
    allowedHosts: [],
    token: undefined,
    sshPort: 22,
    awsRegion: 'eu-central-1',
    lightsailEndpoint: undefined,
    route53Endpoint: undefined,
    githubApiUrl: 'https://api.github.com',
    budgetEurMonth: 70,
    eurPerUsd: 0.92,
    kongConfig: undefined,
    kongDeb: undefined,
    opensearchApt: undefined,
    syncLimitS: 240,
    dockerSource: 'distribution',
    logLevel: 'info',
  });
  expect(defaults.sshKeyDir).toBe(`${defaults.dataDir}/keys`);
  expect(defaults.dataDir).toMatch(/^\/.*data$/);
  expect(loadConfig({ HOST: '', PORT: '', CONTROL_API_TOKEN: '', AWS_ENDPOINT_URL_LIGHTSAIL: '' })).toEqual(defaults);
});

test('every problem is told at once, with its name, a hint and no value', () => {
  const env = {
    HOST: 'a b',
    PORT: '80000',
    ALLOWED_HOSTS: 'ok.example, http://x',
    CONTROL_API_TOKEN: 'tóken-not-to-be-shown',
    AWS_REGION: 'Frankfurt',
    AWS_ENDPOINT_URL_LIGHTSAIL: 'http://user:hunter2@aws.example',
    AWS_ENDPOINT_URL_ROUTE_53: 'http://route53.example',
    GITHUB_API_URL: 'ftp://127.0.0.1',
    BUDGET_EUR_MONTH: 'seventy',
    EUR_PER_USD: '0',
    KONG_DEB_URL: 'kong.deb',
    KONG_DEB_SHA256: 'abc',
    OPENSEARCH_APT_URL: 'opensearch',
    OPENSEARCH_APT_KEY_URL: 'file:///key',
    OPENSEARCH_APT_KEY_SHA256: 'xyz',
    SSH_PORT: '0',
    SYNC_LIMIT_S: '-1',
    DOCKER_SOURCE: 'snap',
    LOG_LEVEL: 'loud',
  };
  expect(problems(env).sort()).toEqual(Object.keys(env).sort());
  const message = (() => {
    try {
      return String(loadConfig(env));
    } catch (error) {
      return (error as Error).message;
    }
  })();
  for (const name of Object.keys(env)) expect(message).toContain(`${name}: `);
  expect(message).toContain('eu-central-1');
  expect(message).not.toMatch(/hunter2|not-to-be-shown|Frankfurt/);
});

test.each(['0.0.0.0', '::', '192.168.1.5', 'control.example'])('HOST %s wants a token that is not guessed', (HOST) => {
  expect(problems({ HOST })).toEqual(['CONTROL_API_TOKEN']);
  expect(problems({ HOST, CONTROL_API_TOKEN: 'fifteen-letters' })).toEqual(['CONTROL_API_TOKEN']);
  expect(problems({ HOST, CONTROL_API_TOKEN: 'sixteen-letters-' })).toEqual([]);
});

test.each(['localhost', '127.0.0.1', '127.0.0.9', '::1', '[::1]'])('HOST %s needs no token', (HOST) => {
  expect(problems({ HOST })).toEqual([]);
  expect(problems({ HOST, CONTROL_API_TOKEN: 'short' })).toEqual([]);
});

test.each([
  ['http://127.0.0.1:4566', true],
  ['http://[::1]:4566', true],
  ['http://localhost:4566', true],
  ['https://lightsail.eu-central-1.amazonaws.com', true],
  ['http://aws.example', false],
  ['http://127.0.0.1.evil.example', false],
  ['file:///etc/passwd', false],
  ['nonsense', false],
])('the endpoint %s: %s', (AWS_ENDPOINT_URL_LIGHTSAIL, fine) => {
  expect(problems({ AWS_ENDPOINT_URL_LIGHTSAIL })).toEqual(fine ? [] : ['AWS_ENDPOINT_URL_LIGHTSAIL']);
});

test('the token does not print; names are brought into one form', () => {
  const config = loadConfig({ CONTROL_API_TOKEN: 'hunter2', ALLOWED_HOSTS: 'A.example, b.example,', HOST: '[::1]' });
  expect(JSON.stringify(config)).not.toContain('hunter2');
  expect(config.token?.reveal()).toBe('hunter2');
  expect(config.allowedHosts).toEqual(['a.example', 'b.example']);
  expect(config.host).toBe('::1');
});

const packages = {
  KONG_DEB_URL: 'http://mirror.example/kong.deb',
  KONG_DEB_SHA256: 'a'.repeat(64),
  OPENSEARCH_APT_URL: 'http://mirror.example/opensearch/apt/',
  OPENSEARCH_APT_KEY_URL: 'http://mirror.example/key.asc',
  OPENSEARCH_APT_KEY_SHA256: 'b'.repeat(64),
};

test('a mirror is given together with what is checked against', () => {
  expect(loadConfig({ ...packages, GITHUB_API_URL: 'https://github.example/api/v3/' })).toMatchObject({
    githubApiUrl: 'https://github.example/api/v3',
    kongDeb: { url: packages.KONG_DEB_URL, sha256: packages.KONG_DEB_SHA256 },
    opensearchApt: {
      repository: 'http://mirror.example/opensearch/apt',
      keyUrl: packages.OPENSEARCH_APT_KEY_URL,
      keySha256: packages.OPENSEARCH_APT_KEY_SHA256,
    },
  });
});

test.each(Object.keys(packages))('a mirror without %s is refused', (missing) => {
  expect(problems({ ...packages, [missing]: '' })).toEqual([missing]);
});
