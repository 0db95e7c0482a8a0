import { isStep, type PlanItem, type Probe, type Readings } from '../lib/command.ts';
import { base } from '../recipes/base.ts';
import { kong, kongApply } from '../recipes/kong.ts';
import { type KongConfig, renderKongConfig } from '../recipes/kong-config.ts';
import { kongDifference } from '../recipes/kong-difference.ts';
import type { KongFacts } from '../recipes/kong-facts.ts';
import { type KongDeb, kongVersion } from '../recipes/kong-package.ts';
import type { ApplyKongConfigBody, DeployKongBody } from '../schemas/kong.ts';
import type { KongConfigFile } from '../services/kong-config-file.ts';
import type { Decision, HostPlanner } from './host-plan.ts';
import type { HostResolver, HostTarget } from './host-target.ts';
import { type Operation, wouldChange } from './operation.ts';

interface Dependencies {
  hosts: HostResolver;
  planner: HostPlanner;
  configFile: KongConfigFile;
}

/** Makes a host run Kong with our configuration: prepares the host, installs the package, has it checked, starts it. */
export function deployKong(
  dependencies: Dependencies & { deb: KongDeb | undefined },
): Operation<DeployKongBody, HostTarget> {
  const { hosts, planner, configFile, deb } = dependencies;
  return {
    name: 'kong.deploy',
    deadlineS: 600,
    target: (input, { signal }) => hosts.resolve(input, signal),
    async plan(input, context, host) {
      const version = kongVersion(input.version);
      const config = await readConfig(configFile, input);
      const wish = { version, deb, config };
      return planner.plan(host, context, {
        probes: probesOf(kong.probes(wish)),
        decide(readings) {
          const facts = kong.parse(readings);
          const items = [...base.plan(base.parse(readings), {}), ...kong.plan(facts, wish)];
          return decision(items, { facts, config, version, host, input });
        },
      });
    },
  };
}

/** Brings another configuration to a Kong that deploy-kong has put on a host; no connection is cut. */
export function applyKongConfig({
  hosts,
  planner,
  configFile,
}: Dependencies): Operation<ApplyKongConfigBody, HostTarget> {
  return {
    name: 'kong.apply-config',
    deadlineS: 300,
    target: (input, { signal }) => hosts.resolve(input, signal),
    async plan(input, context, host) {
      const config = await readConfig(configFile, input);
      return planner.plan(host, context, {
        probes: probesOf(kongApply.probes({ config })),
        decide(readings: Readings) {
          const facts = kongApply.parse(readings);
          const items = kongApply.plan(facts, { config });
          return decision(items, { facts, config, version: facts.version ?? '', host, input });
        },
      });
    },
  };
}

async function readConfig(file: KongConfigFile, { apps_ip }: ApplyKongConfigBody): Promise<KongConfig> {
  return renderKongConfig(await file.read(), file.path, apps_ip);
}

function probesOf(probes: readonly Probe[]): Probe[] {
  return [...base.probes({}), ...probes];
}

interface Decided {
  facts: KongFacts;
  config: KongConfig;
  version: string;
  host: HostTarget;
  input: ApplyKongConfigBody;
}

function decision(items: readonly PlanItem[], { facts, config, version, host, input }: Decided): Decision {
  const steps = items.filter(isStep);
  const changes = steps.filter(({ effect }) => effect === 'change').length;
  const result = {
    version,
    proxy_urls: [`http://${host.address}`, `https://${host.address}`],
    config_sha256: config.sha256,
    difference: kongDifference(facts.config ?? '', config.text),
    apps_ip: input.apps_ip ?? null,
  };
  return {
    items,
    preview: { message: `Kong ${version}${changes === 0 ? ' is as asked' : ''}: ${wouldChange(changes)}.`, result },
    conclude: () => ({
      message:
        steps.length > 0
          ? `Kong ${version} is ready on ${host.label}, with this configuration loaded.`
          : `Kong ${version} is as asked on ${host.label}; nothing was changed.`,
      result,
    }),
  };
}
