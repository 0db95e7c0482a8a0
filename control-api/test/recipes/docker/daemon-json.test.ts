import { expect, test } from 'vitest';
import { mergeDaemonJson } from '../../../src/recipes/docker/daemon-json.ts';

const OURS = { 'live-restore': true, 'log-driver': 'json-file', 'log-opts': { 'max-size': '10m', 'max-file': '3' } };
const merged = (text: string) => JSON.parse(mergeDaemonJson(text) ?? 'null') as unknown;

test('an absent or empty file gets ours, and then there is nothing to write', () => {
  expect(merged('')).toEqual(OURS);
  expect(merged('{}\n')).toEqual(OURS);
  expect(mergeDaemonJson(mergeDaemonJson('') as string)).toBeUndefined();
});

test('foreign keys and the options of the same log driver are kept', () => {
  expect(merged('{"dns":["1.1.1.1"],"log-opts":{"tag":"x","max-size":"1g"}}')).toEqual({
    dns: ['1.1.1.1'],
    ...OURS,
    'log-opts': { ...OURS['log-opts'], tag: 'x' },
  });
});

test('options of another log driver would stop the engine, so they go', () => {
  expect(merged('{"log-driver":"syslog","log-opts":{"syslog-address":"udp://x"}}')).toEqual(OURS);
});

test.each(['{"live-restore":', '[]', 'null', '"text"'])('%s is not overwritten', (text) => {
  expect(() => mergeDaemonJson(text)).toThrow('daemon.json');
});
