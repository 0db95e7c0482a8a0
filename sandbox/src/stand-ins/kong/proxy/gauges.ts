import { VERSION } from '../version.ts';
import type { Balancer } from './balancer.ts';
import type { Gauge } from './metrics.ts';

export const nodeInfo: Gauge = {
  name: 'node_info',
  help: 'Kong Node metadata information',
  values: [{ labels: { version: VERSION }, value: 1 }],
};

const STATES = ['healthchecks_off', 'healthy', 'unhealthy', 'dns_error'];

/** 1 for the state that a target has, 0 for all the others. */
export function targetHealth(balancers: ReadonlyMap<string, Balancer>): Gauge {
  const all = [...balancers].flatMap(([upstream, { peers, watched }]) =>
    peers.map(({ name, health }) => ({
      labels: { upstream, target: name, address: name },
      state: watched ? (health.healthy ? 'healthy' : 'unhealthy') : 'healthchecks_off',
    })),
  );
  return {
    name: 'upstream_target_health',
    help: `Health status of targets of upstream. States = ${STATES.join('|')}, value is 1 when state is populated.`,
    values: all.flatMap(({ labels, state }) =>
      STATES.map((one) => ({ labels: { ...labels, state: one, subsystem: 'http' }, value: Number(one === state) })),
    ),
  };
}
