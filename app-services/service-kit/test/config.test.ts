import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';

test('nothing set: what a container needs', () => {
  const { peerUrl, ...config } = loadConfig({});
  expect(config).toEqual({
    host: '0.0.0.0',
    port: 8080,
    dataDir: '/data',
    databaseUrl: undefined,
    logLevel: 'info',
    drainMs: 5000,
    peerTimeoutMs: 2000,
  });
  expect(peerUrl('STORE_URL', 'http://store:8080')).toBe('http://store:8080');
});

test('what is set', () => {
  const { peerUrl, ...config } = loadConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: '/tmp/x',
    DATABASE_URL: 'postgresql://store/x',
    LOG_LEVEL: 'warn',
    DRAIN_MS: '0',
    PEER_TIMEOUT_MS: '10',
    STORE_URL: 'https://store/base//',
    NONE_URL: '',
  });
  expect(config).toEqual({
    host: '127.0.0.1',
    port: 0,
    dataDir: '/tmp/x',
    databaseUrl: 'postgresql://store/x',
    logLevel: 'warn',
    drainMs: 0,
    peerTimeoutMs: 10,
  });
  expect(peerUrl('STORE_URL', '')).toBe('https://store/base');
  expect(peerUrl('NONE_URL', 'http://store:8080')).toBe('');
});

test('every problem is named at once, and no value', () => {
  const bad = {
    PORT: 'secret',
    DRAIN_MS: '-1',
    PEER_TIMEOUT_MS: '1e9',
    LOG_LEVEL: 'secret',
    DATABASE_URL: 'my://secret',
  };
  expect(() => loadConfig(bad)).toThrow(/LOG_LEVEL.*DATABASE_URL.*PORT.*DRAIN_MS.*PEER_TIMEOUT_MS/);
  expect(() => loadConfig(bad)).not.toThrow(/secret/);
  expect(() => loadConfig({ PORT: '65536' })).toThrow('PORT');
  expect(() => loadConfig({ PEER_TIMEOUT_MS: '0' })).toThrow('PEER_TIMEOUT_MS is no number from 1 to 60000');
});

test.each(['store:8080', 'ftp://store', 'nonsense', ' '])('a peer at %j', (url) => {
  expect(() => loadConfig({ STORE_URL: url }).peerUrl('STORE_URL', '')).toThrow('STORE_URL');
});
