import { AppError, type Detail } from '../lib/errors.ts';
import { bundleFits, smallestBundle } from '../recipes/bundles.ts';
import type { Bundle } from '../schemas/lightsail.ts';
import type { Lightsail } from '../services/lightsail.ts';
import { comparable } from './catalog-check.ts';
import type { HostPlanner } from './host-plan.ts';
import type { HostTarget } from './host-target.ts';

/**
 * A planner that adds to an error about too little memory or disk the smallest bundle of the host's region that would do,
 * and its price. Recipes ask for it by `needed_mb` (of RAM) or `missing_disk_mb` in the first detail of what they throw.
 */
export function withBundleAdvice(planner: HostPlanner, lightsail: Pick<Lightsail, 'bundles'>): HostPlanner {
  return {
    async plan(host, context, work) {
      const advise = async (error: unknown): Promise<never> => {
        throw await advised(error, host, lightsail);
      };
      const plan = await planner.plan(host, context, work).catch(advise);
      return { ...plan, apply: (report) => plan.apply(report).catch(advise) };
    },
  };
}

async function advised(error: unknown, host: HostTarget, lightsail: Pick<Lightsail, 'bundles'>): Promise<unknown> {
  if (!(error instanceof AppError)) return error;
  const [detail] = error.details ?? [];
  if (detail?.needed_mb === undefined && detail?.missing_disk_mb === undefined) return error;
  const bundle = await smallestFor(detail, host, lightsail);
  if (!bundle) return error;
  const price = bundle.price_usd_month === null ? '' : ` (${bundle.price_usd_month} USD a month)`;
  return new AppError(
    error.code,
    `${error.message} The smallest bundle that would do is ${bundle.bundle_id}${price}.`,
    {
      hint: `${error.hint} A larger one: create an instance with bundle_id ${bundle.bundle_id}, and deploy there.`,
      details: [{ ...detail, ...bundle }, ...(error.details ?? []).slice(1)],
      cause: error,
    },
  );
}

type Advice = { bundle_id: string; price_usd_month: number | null };

/** Of those sold today, for Linux, with a public IPv4 address; without AWS's word, of those known here, without a price. */
async function smallestFor(
  { needed_mb: neededMb, missing_disk_mb: missingMb }: Detail,
  { bought }: HostTarget,
  lightsail: Pick<Lightsail, 'bundles'>,
): Promise<Advice | undefined> {
  const sold = bought === undefined ? null : await lightsail.bundles(bought.region, false).catch(() => null);
  if (sold === null) {
    const known = typeof neededMb === 'number' ? smallestBundle(neededMb) : undefined;
    return known === undefined ? undefined : { bundle_id: known, price_usd_month: null };
  }
  const fits = ({ ram_mb, disk_gb }: Bundle) => {
    if (typeof neededMb === 'number') return bundleFits(ram_mb, neededMb);
    return bought !== undefined && (disk_gb - bought.diskGb) * 1024 >= Number(missingMb);
  };
  const [smallest] = sold
    .filter(({ active, public_ipv4, platforms }) => active && public_ipv4 && platforms.includes('LINUX_UNIX'))
    .filter(fits)
    .sort((a, b) => a.ram_mb - b.ram_mb || comparable(a) - comparable(b));
  return smallest && { bundle_id: smallest.bundle_id, price_usd_month: smallest.price_usd_month };
}
