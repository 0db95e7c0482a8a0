import type { CreateHostedZoneBody, HostedZone } from '../schemas/route53.ts';
import type { Route53 } from '../services/route53.ts';
import { awaitChange, type Change, type ChangeWatch, route53DeadlineS } from './change-wait.ts';
import { cloudPlan } from './cloud-steps.ts';
import type { Context, Operation, Plan } from './operation.ts';

interface Dependencies extends ChangeWatch {
  route53: Route53;
}

/** Makes a public hosted zone, or finds the one of this name. Ends when every name server answers for it. */
export function createHostedZoneOperation(dependencies: Dependencies): Operation<CreateHostedZoneBody> {
  const { route53 } = dependencies;
  return {
    name: 'hosted-zone.create',
    deadlineS: route53DeadlineS,
    // By name: the zone has no id yet.
    target: async ({ domain }) => ({ key: `zone ${domain}`, label: `zone ${domain}` }),
    async plan({ domain }, context) {
      const zone = await route53.zoneNamed(domain);
      return zone ? planExisting(zone) : planNew(domain, context, dependencies);
    },
  };
}

function planExisting(zone: HostedZone): Plan {
  const { domain } = zone;
  return cloudPlan({
    items: [{ name: `Create zone ${domain}`, settled: true, detail: zone.hosted_zone_id }],
    preview: { message: `${domain} exists; nothing would be changed. ${atRegistrar(zone)}`, result: { zone } },
    conclude: () => ({ message: `${domain}: exists, nothing was changed. ${atRegistrar(zone)}`, result: { zone } }),
  });
}

function planNew(domain: string, context: Context, dependencies: Dependencies): Plan {
  const change: Change = { id: undefined, inSync: null };
  let zone: HostedZone | undefined;
  let made = true;
  return cloudPlan({
    items: [
      {
        name: `Create zone ${domain}`,
        effect: 'change',
        action: { domain },
        async run() {
          const created = await dependencies.route53.createZone(domain, context.operationId);
          ({ zone, made } = created);
          change.id = created.changeId;
          return { detail: zone.hosted_zone_id, unchanged: !made };
        },
      },
      awaitChange(change, context, dependencies),
    ],
    preview: { message: `${domain} would be created; AWS bills a zone by the month.`, result: { zone: null } },
    conclude() {
      const done = made ? 'created' : 'was made by another meanwhile, nothing was changed';
      return { message: `${domain}: ${done}. ${zone ? atRegistrar(zone) : ''}`, result: { zone } };
    },
  });
}

function atRegistrar({ name_servers }: HostedZone): string {
  return `Set these name servers at the registrar of the domain: ${name_servers.join(', ')}.`;
}
