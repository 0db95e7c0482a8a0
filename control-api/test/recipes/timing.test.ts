import { expect, test } from 'vitest';
import timing from '../../../deploy-manifests/timing.json' with { type: 'json' };

const { probe_interval_s, probe_timeout_s, probe_successes, probe_failures, probe_timeouts, ready_for_s, drain_s } =
  timing;

test('the gateway has found a new release before the old one drains', () => {
  expect(probe_successes * probe_interval_s + probe_timeout_s).toBeLessThanOrEqual(ready_for_s);
});

test('the gateway has left an old release before its drain is over', () => {
  expect(probe_failures * probe_interval_s + probe_timeout_s).toBeLessThan(drain_s);
});

test('a release that a switch makes slow is not left for that: it may be the only one', () => {
  expect(probe_timeouts * probe_interval_s).toBeGreaterThan(ready_for_s + drain_s);
});
