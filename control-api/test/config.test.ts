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

test.each(['0.0.0.0', '::', '192.168.1.5', 'control.example'])('HOST %s is refused without a token', (HOST) => {
  expect(problems({ HOST })).toEqual(['CONTROL_API_TOKEN']);
  expect(problems({ HOST, CONTROL_API_TOKEN: 'secret' })).toEqual([]);
});

test.each(['localhost', '127.0.0.1', '127.0.0.9', '::1', '[::1]'])('HOST %s needs no token', (HOST) => {
  expect(problems({ HOST })).toEqual([]);
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
