import { AppError, type Detail } from '../lib/errors.ts';
import type { Bundle, CreateInstanceBody } from '../schemas/lightsail.ts';
import type { Lightsail } from '../services/lightsail.ts';
import type { fittingBundles } from './catalog-check.ts';

export interface BudgetSettings {
  /** EUR that everything may cost in a month. */
  budgetEurMonth: number;
  eurPerUsd: number;
  /** Where instances are expected, besides the region of the call. */
  defaultRegion: string;
}

/** What there is, and what it costs a month. */
export interface Spending {
  items: readonly { what: string; monthly_usd: number | null }[];
  /** USD a month of all whose price is known. */
  usd: number;
}

type Reads = Pick<Lightsail, 'instances' | 'staticIps' | 'snapshots'>;

/** Adds up regions: instances in every state, static IPs that are idle, and snapshots. */
export async function spendingOf(regions: readonly string[], lightsail: Reads): Promise<Spending> {
  const perRegion = await Promise.all([...new Set(regions)].map((region) => itemsOf(region, lightsail)));
  const items = perRegion.flat();
  return { items, usd: items.reduce((sum, { monthly_usd }) => sum + (monthly_usd ?? 0), 0) };
}

async function itemsOf(region: string, lightsail: Reads): Promise<Spending['items'][number][]> {
  const [instances, staticIps, snapshots] = await Promise.all([
    lightsail.instances(region),
    lightsail.staticIps(region),
    lightsail.snapshots(region),
  ]);
  return [
    ...instances.map(({ name, bundle_id, state, monthly_usd }) => ({
      what: `instance ${name} (${bundle_id}, ${state})`,
      monthly_usd,
    })),
    ...staticIps
      .filter(({ attached_to }) => attached_to === null)
      .map(({ name, monthly_usd }) => ({ what: `static IP ${name} (idle)`, monthly_usd })),
    ...snapshots.map(({ name, size_gb, monthly_usd }) => ({ what: `snapshot ${name} (${size_gb} GB)`, monthly_usd })),
  ];
}

interface Order {
  wish: Pick<CreateInstanceBody, 'region' | 'bundle_id' | 'blueprint_id' | 'ip_address_type' | 'allow_over_budget'>;
  bundles: readonly Bundle[];
  /** Those of the catalogue that the wish could have instead. */
  choices: ReturnType<typeof fittingBundles>;
}

/**
 * One sentence about what everything in the region will cost with one more instance.
 * @throws {AppError} budget_exceeded, with what it is made of and the bundles that would still fit
 */
export function checkBudget(spending: Spending, { wish, bundles, choices }: Order, settings: BudgetSettings): string {
  const { budgetEurMonth, eurPerUsd } = settings;
  const eur = (usd: number) => `${usd.toFixed(2)} USD (${(usd * eurPerUsd).toFixed(2)} EUR)`;
  const price = bundles.find(({ bundle_id }) => bundle_id === wish.bundle_id)?.price_usd_month ?? 0;
  const unknown = spending.items.filter(({ monthly_usd }) => monthly_usd === null).map(({ what }) => what);
  const without = unknown.length === 0 ? '' : `, not counting ${unknown.join(', ')}, whose price AWS does not tell`;
  const usd = spending.usd + price;
  const sum = `everything would cost ${eur(usd)} a month with it${without}`;
  const limit = `BUDGET_EUR_MONTH is ${budgetEurMonth} EUR`;
  if (usd * eurPerUsd <= budgetEurMonth) return `${sum}; ${limit}`;
  if (wish.allow_over_budget) return `${sum}, which allow_over_budget allows; ${limit}`;
  const fit = choices.filter(({ price_usd_month }) => (spending.usd + price_usd_month) * eurPerUsd <= budgetEurMonth);
  const advice =
    fit.length === 0 ? 'No bundle fits beside what there is' : `These would fit: ${fit.map(choice).join(', ')}`;
  const details: Detail[] = [
    ...spending.items.map(({ what, monthly_usd }) => ({ message: `${what}: ${costs(monthly_usd)}`, monthly_usd })),
    { path: '/bundle_id', message: `${wish.bundle_id}: ${costs(price)}`, monthly_usd: price, cheaper: fit },
  ];
  throw new AppError('budget_exceeded', `${sum}; ${limit}. ${advice}.`, { details });
}

function choice({ bundle_id, price_usd_month }: { bundle_id: string; price_usd_month: number }): string {
  return `${bundle_id} (${price_usd_month} USD)`;
}

function costs(usd: number | null): string {
  return usd === null ? 'a price that AWS does not tell' : `${usd.toFixed(2)} USD a month`;
}
