import type { Clock } from '../../lib/clock.ts';
import type { Bundle } from '../../schemas/lightsail.ts';

const keptMs = 3_600_000;

/**
 * The prices of a region's bundles, in USD a month by bundle id, retired ones included; read at most once an hour, since
 * every look at an instance asks for them. Empty when they cannot be read: an instance is worth showing without its price.
 */
export function createPriceList(
  readBundles: (region: string, includeInactive: boolean) => Promise<Bundle[]>,
  clock: Clock,
): (region: string) => Promise<ReadonlyMap<string, number>> {
  const kept = new Map<string, { until: number; prices: Promise<ReadonlyMap<string, number>> }>();

  return (region) => {
    const now = clock.now().getTime();
    const known = kept.get(region);
    if (known && known.until > now) return known.prices;
    const prices = readBundles(region, true)
      .then(pricesOf)
      .catch(() => {
        kept.delete(region);
        return new Map<string, number>();
      });
    kept.set(region, { until: now + keptMs, prices });
    return prices;
  };
}

function pricesOf(bundles: readonly Bundle[]): ReadonlyMap<string, number> {
  return new Map(bundles.flatMap(({ bundle_id, price_usd_month: usd }) => (usd === null ? [] : [[bundle_id, usd]])));
}
