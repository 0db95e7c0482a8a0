import { AppError, type Detail } from '../lib/errors.ts';
import type { Budget } from '../schemas/budget.ts';
import type { CreateInstanceBody } from '../schemas/lightsail.ts';
import type { Lightsail } from '../services/lightsail.ts';
import type { fittingBundles } from './catalog-check.ts';
import { isGoing } from './instance-target.ts';

export interface BudgetSettings {
  /** EUR that everything may cost in a month. */
  budgetEurMonth: number;
  eurPerUsd: number;
  /** Where instances are to be expected, besides the region of the call. */
  regions(): Promise<readonly string[]>;
}

type Item = Budget['items'][number];
type Reads = Pick<Lightsail, 'instances' | 'staticIps' | 'snapshots'>;

/**
 * What there is in some regions and what it costs a month: instances, which cost as much while they are stopped, static IPs
 * that are idle, and snapshots. Taxes and traffic beyond what a bundle includes are not in it.
 */
export async function spendingOf(regions: readonly string[], lightsail: Reads): Promise<Item[]> {
  const perRegion = await Promise.all([...new Set(regions)].map((region) => itemsOf(region, lightsail)));
  return perRegion.flat();
}

async function itemsOf(region: string, lightsail: Reads): Promise<Item[]> {
  const [instances, staticIps, snapshots] = await Promise.all([
    lightsail.instances(region),
    lightsail.staticIps(region),
    lightsail.snapshots(region),
  ]);
  return [
    ...instances
      .filter((instance) => !isGoing(instance))
      .map(({ name, bundle_id, state, monthly_usd }) => ({
        what: `instance ${name} (${bundle_id}, ${state})`,
        monthly_usd,
      })),
    ...staticIps
      .filter(({ attached_to }) => attached_to === null)
      .map(({ name, monthly_usd }) => ({ what: `static IP ${name} (idle)`, monthly_usd })),
    ...snapshots.map(({ name, size_gb, monthly_usd }) => ({ what: `snapshot ${name} (${size_gb} GB)`, monthly_usd })),
  ];
}

/** An instance that is to be created, and what else could be. */
export interface Order {
  wish: CreateInstanceBody;
  /** Price of its bundle; null when AWS does not tell. */
  price: number | null;
  choices: ReturnType<typeof fittingBundles>;
}

/**
 * What everything will cost with one instance more, and a sentence that says so.
 * @throws {AppError} budget_exceeded, with what it is made of, and the bundles that would still fit
 */
export function checkBudget(
  spending: readonly Item[],
  { wish, price, choices }: Order,
  { budgetEurMonth, eurPerUsd }: BudgetSettings,
): { budget: Budget; told: string } {
  const wished = { what: `instance ${wish.instance_name} (${wish.bundle_id}, to be created)`, monthly_usd: price };
  const eurOf = (items: readonly Item[]) => cents(usdOf(items) * eurPerUsd);
  const items = [...spending, wished];
  const budget = { monthly_usd: usdOf(items), monthly_eur: eurOf(items), limit_eur: budgetEurMonth, items };
  const told = sentence(budget);
  if (budget.monthly_eur <= budgetEurMonth) return { budget, told };
  if (wish.allow_over_budget) return { budget, told: `${told}, which allow_over_budget lets pass` };

  const fits = ({ price_usd_month }: Order['choices'][number]) =>
    price_usd_month !== null && eurOf([...spending, { what: '', monthly_usd: price_usd_month }]) <= budgetEurMonth;
  const cheaper = choices.filter(fits);
  const listed = cheaper.map(({ bundle_id, price_usd_month }) => `${bundle_id} (${price_usd_month} USD)`).join(', ');
  const advice = cheaper.length === 0 ? 'No bundle fits beside what there is' : `These would fit: ${listed}`;
  const { items: _, ...sums } = budget;
  const details: Detail[] = [
    { path: '/bundle_id', message: told, ...sums, cheaper },
    ...items.map(({ what, monthly_usd }) => ({ message: `${what}: ${costs(monthly_usd)}`, monthly_usd })),
  ];
  throw new AppError('budget_exceeded', `${told}. ${advice}.`, { details });
}

function sentence({ items, monthly_usd, monthly_eur, limit_eur }: Budget): string {
  const unknown = items.filter((item) => item.monthly_usd === null).map(({ what }) => what);
  const without = unknown.length === 0 ? '' : `, not counting ${unknown.join(', ')}, whose price AWS does not tell`;
  const sum = `${monthly_usd.toFixed(2)} USD (${monthly_eur.toFixed(2)} EUR)`;
  return `With it everything costs ${sum} a month${without}; BUDGET_EUR_MONTH is ${limit_eur}`;
}

function usdOf(items: readonly Item[]): number {
  return cents(items.reduce((sum, { monthly_usd }) => sum + (monthly_usd ?? 0), 0));
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

function costs(usd: number | null): string {
  return usd === null ? 'a price that AWS does not tell' : `${usd.toFixed(2)} USD a month`;
}
