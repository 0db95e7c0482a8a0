import { AppError, type Detail } from '../lib/errors.ts';
import { createInTurn } from '../lib/in-turn.ts';
import {
  type Blueprint,
  type Bundle,
  type CreateInstanceBody,
  type Instance,
  operationTag,
} from '../schemas/lightsail.ts';
import type { Lightsail } from '../services/lightsail.ts';
import { type BudgetSettings, checkBudget, spendingOf } from './budget.ts';
import { checkCatalog, explainRefusal, fittingBundles } from './catalog-check.ts';
import { type CloudItem, cloudPlan } from './cloud-steps.ts';
import { awaitInstance, type InstanceWatch } from './instance-waits.ts';
import type { Applied, Context, Operation, Plan } from './operation.ts';

interface Dependencies extends InstanceWatch {
  lightsail: Lightsail;
  budget: BudgetSettings;
}

interface Own extends Dependencies {
  /** One instance is created at a time: what it costs counts for the next one. */
  inTurn: ReturnType<typeof createInTurn>;
}

/** Makes an instance, or finds the one that is there; ends when it runs, has an address, and its SSH server shows the right key. */
export function createInstanceOperation(dependencies: Dependencies): Operation<CreateInstanceBody> {
  const { lightsail } = dependencies;
  const own = { ...dependencies, inTurn: createInTurn() };
  return {
    name: 'instance.create',
    deadlineS: 300,
    // By name, and not by what has the name: that changes while the same call, made again, is to attach.
    async target({ region, instance_name }) {
      const label = `instance ${region}/${instance_name}`;
      return { key: label, label };
    },
    async plan(wish, context) {
      const existing = await lightsail.instance(wish.region, wish.instance_name);
      return existing ? planExisting(existing, wish, context, own) : planNew(wish, context, own);
    },
  };
}

async function planNew(wish: CreateInstanceBody, context: Context, dependencies: Own): Promise<Plan> {
  const { lightsail } = dependencies;
  const [bundles, blueprints] = await Promise.all([lightsail.bundles(wish.region), lightsail.blueprints(wish.region)]);
  const warnings = checkCatalog(bundles, blueprints, wish);
  const assess = () => assessBudget({ wish, bundles, blueprints }, dependencies);
  const { budget, told } = await assess();
  let made = true;
  const create: CloudItem = {
    name: `Create instance ${wish.instance_name}`,
    effect: 'change',
    action: { ...requested(wish), user_data: wish.user_data },
    async run() {
      const instance = await dependencies.inTurn(async () => {
        if (!wish.allow_over_budget) await assess();
        return lightsail.createInstance(wish.region, wish, context.operationId).catch((error) => {
          throw explainRefusal(error, bundles, blueprints, wish);
        });
      });
      refuseOther(instance, wish);
      const maker = instance.tags[operationTag];
      made = maker === undefined || maker === context.operationId;
      return { unchanged: !made, detail: [instance.arn, ...warnings].join('; ') };
    },
  };
  const items: CloudItem[] = [
    ...warnings.map(warningItem),
    { name: 'Budget', settled: true, detail: told },
    create,
    ...awaitInstance(wish, wish.ip_address_type, context, dependencies),
  ];
  return cloudPlan({
    items,
    preview: {
      message: `${wish.instance_name} would be created. ${told}.`,
      result: { instance: null, budget, ...requested(wish) },
    },
    conclude: () => conclude(made, wish, dependencies),
  });
}

/** What everything would cost with the wish. @throws {AppError} budget_exceeded, and what AWS answers */
async function assessBudget(
  { wish, bundles, blueprints }: { wish: CreateInstanceBody; bundles: Bundle[]; blueprints: Blueprint[] },
  { lightsail, budget }: Dependencies,
) {
  const spending = await spendingOf([wish.region, ...(await budget.regions())], lightsail);
  const price = bundles.find(({ bundle_id }) => bundle_id === wish.bundle_id)?.price_usd_month ?? null;
  const blueprint = blueprints.find(({ blueprint_id }) => blueprint_id === wish.blueprint_id);
  return checkBudget(spending, { wish, price, choices: fittingBundles(bundles, blueprint, wish) }, budget);
}

function planExisting(
  existing: Instance,
  wish: CreateInstanceBody,
  context: Context,
  dependencies: Dependencies,
): Plan {
  refuseOther(existing, wish);
  const stopped = existing.state === 'stopped' || existing.state === 'stopping';
  const there: CloudItem = {
    name: `Create instance ${wish.instance_name}`,
    settled: true,
    detail: `it is ${existing.state}`,
  };
  return cloudPlan({
    items: stopped ? [there] : [there, ...awaitInstance(wish, existing.ip_address_type, context, dependencies)],
    preview: {
      message: `${wish.instance_name} exists as asked; nothing would be changed.`,
      result: { instance: existing },
    },
    conclude: () => conclude(false, wish, dependencies),
  });
}

function warningItem(warning: string): CloudItem {
  return { name: 'Warning', settled: true, detail: warning };
}

function requested(wish: CreateInstanceBody): Record<string, unknown> {
  const { instance_name, region, availability_zone, blueprint_id, bundle_id, key_pair_name, ip_address_type, tags } =
    wish;
  return { instance_name, region, availability_zone, blueprint_id, bundle_id, key_pair_name, ip_address_type, tags };
}

/** Refuses an instance that has the wanted name but is another one. Tags may differ: AWS lets them be changed. */
function refuseOther(instance: Instance, wish: CreateInstanceBody): void {
  const fields = ['blueprint_id', 'bundle_id', 'availability_zone', 'key_pair_name'] as const;
  const details: Detail[] = fields
    .filter((field) => wish[field] !== undefined && wish[field] !== instance[field])
    .map((field) => ({
      path: `/${field}`,
      message: `is ${String(instance[field])}, asked was ${String(wish[field])}`,
      is: instance[field],
      asked: wish[field],
    }));
  if (details.length === 0) return;
  const list = details.map(({ path, message }) => `${path?.slice(1)} ${message}`).join('; ');
  throw new AppError('instance_differs', `${wish.instance_name} exists, but ${list}.`, { details });
}

async function conclude(made: boolean, wish: CreateInstanceBody, { lightsail }: Dependencies): Promise<Applied> {
  const { region, instance_name } = wish;
  const instance = await lightsail.instance(region, instance_name);
  if (!instance) throw new AppError('instance_not_found', `${instance_name} was deleted while it was waited for.`);
  const where = instance.public_ip === null ? `it is ${instance.state}` : `${instance.state} at ${instance.public_ip}`;
  const what = made ? 'created' : 'exists as asked, nothing was changed';
  return { message: `${instance_name}: ${what}; ${where}.`, result: { instance } };
}
