import { isStep, type PlanItem, type Probe, type Readings } from '../../lib/command.ts';
import type { Secret } from '../../lib/secret.ts';
import { base } from '../../recipes/base/base.ts';
import { kongDifference } from '../../recipes/kong/difference.ts';
import type { KongFacts } from '../../recipes/kong/facts.ts';
import { kong, kongApply } from '../../recipes/kong/kong.ts';
import { type KongDeb, kongVersion } from '../../recipes/kong/package.ts';
import type { ApplyKongConfigBody, DeployKongBody } from '../../schemas/kong.ts';
import { type Context, type Operation, type Plan, wouldChange } from '../operation.ts';
import type { GatewayConfig, GatewayConfigs } from './gateway-config.ts';
import type { Decision, HostPlanner } from './host-plan.ts';
import type { HostResolver, HostTarget } from './host-target.ts';

interface Dependencies {
  hosts: HostResolver;
  planner: HostPlanner;
  gateway: GatewayConfigs;
}

/** A host, and what is never told of the configuration that it is to have: whatever a target holds is redacted. */
export interface KongTarget extends HostTarget {
  credentials: readonly Secret[];
}

/** Makes a host run Kong with our configuration: prepares the host, installs the package, has it checked, starts it. */
export function deployKong(
  dependencies: Dependencies & { deb: KongDeb | undefined },
): Operation<DeployKongBody, KongTarget> {
  const { hosts, planner, gateway, deb } = dependencies;
  return {
    name: 'kong.deploy',
    deadlineS: 600,
    target: async (input, { signal }) => {
      const host = await hosts.resolve(input, signal);
      return { ...host, credentials: await gateway.credentials() };
    },
    async plan(input, context, host) {
      const version = kongVersion(input.version);
      const rendered = await gateway.render({ appsIp: input.apps_ip, now: context.startedAt });
      const wish = { version, deb, config: rendered.config };
      return planner.plan(host, context, {
        probes: probesOf(kong.probes(wish)),
        decide(readings) {
          const facts = kong.parse(readings);
          const items = [...base.plan(base.parse(readings), {}), ...kong.plan(facts, wish)];
          return decision(items, { facts, rendered, version, host });
        },
      });
    },
  };
}

/** Brings another configuration to a Kong that deploy-kong has put on a host; no connection is cut. */
export function applyKongConfig({ hosts, planner, gateway }: Dependencies): Operation<ApplyKongConfigBody, KongTarget> {
  return {
    name: 'kong.apply-config',
    deadlineS: 300,
    target: async (input, { signal }) => {
      const host = await hosts.resolve(input, signal);
      return { ...host, credentials: await gateway.credentials() };
    },
    async plan(input, context, host) {
      const rendered = await gateway.render({ appsIp: input.apps_ip, now: context.startedAt });
      return planApply(rendered, { host, context, planner });
    },
  };
}

/** What brings a configuration to a Kong that is there. */
export function planApply(
  rendered: GatewayConfig,
  { host, context, planner }: { host: HostTarget; context: Context; planner: HostPlanner },
): Promise<Plan> {
  const { config } = rendered;
  return planner.plan(host, context, {
    probes: probesOf(kongApply.probes({ config })),
    decide(readings: Readings) {
      const facts = kongApply.parse(readings);
      const items = kongApply.plan(facts, { config });
      return decision(items, { facts, rendered, version: facts.version ?? '', host });
    },
  });
}

/** What a message ends with. */
export function warningsText(warnings: readonly string[]): string {
  return warnings.map((warning) => ` Warning: ${warning}.`).join('');
}

function probesOf(probes: readonly Probe[]): Probe[] {
  return [...base.probes({}), ...probes];
}

interface Decided {
  facts: KongFacts;
  rendered: GatewayConfig;
  version: string;
  host: HostTarget;
}

function decision(plan: readonly PlanItem[], { facts, rendered, version, host }: Decided): Decision {
  const { config, appsIp, appsIpFrom, made, warnings } = rendered;
  const steps = plan.filter(isStep);
  const changes = steps.filter(({ effect }) => effect === 'change').length;
  const warned = warningsText(warnings);
  const result = {
    version,
    proxy_urls: [`http://${host.address}`, `https://${host.address}`],
    config_sha256: config.sha256,
    difference: kongDifference(facts.config ?? '', config.text),
    apps_ip: appsIp,
    apps_ip_from: appsIpFrom,
  };
  return {
    items: [...made, ...plan],
    preview: {
      message: `Kong ${version}${changes === 0 ? ' is as asked' : ''}: ${wouldChange(changes)}.${warned}`,
      result,
    },
    conclude: () => {
      const what =
        steps.length > 0
          ? `is ready on ${host.label}, with this configuration loaded.`
          : `is as asked on ${host.label}; nothing was changed.`;
      return { message: `Kong ${version} ${what}${warned}`, result };
    },
  };
}
