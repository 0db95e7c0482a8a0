import { AppError, type Detail } from '../lib/errors.ts';
import type { Blueprint, Bundle, CreateInstanceBody } from '../schemas/lightsail.ts';

type Wish = Pick<CreateInstanceBody, 'region' | 'blueprint_id' | 'bundle_id' | 'ip_address_type'>;

/**
 * Whether a region's catalogue has what is wished. Returns warnings, one for each row that is listed but retired.
 * @throws {AppError} catalog_mismatch, with one detail per field that lists what there is today
 */
export function checkCatalog(bundles: readonly Bundle[], blueprints: readonly Blueprint[], wish: Wish): string[] {
  const bundle = bundles.find(({ bundle_id }) => bundle_id === wish.bundle_id);
  const blueprint = blueprints.find(({ blueprint_id }) => blueprint_id === wish.blueprint_id);
  const problems: Detail[] = [];
  if (!blueprint) problems.push(blueprintProblem(`${wish.blueprint_id} is not listed`, blueprints));
  const unfit = bundle ? misfit(bundle, blueprint, wish) : `${wish.bundle_id} is not listed`;
  if (unfit) problems.push(bundleProblem(unfit, bundles, blueprint, wish));
  if (problems.length > 0) throw mismatch(problems, wish);
  return [bundle, blueprint].flatMap((row) => {
    if (!row || row.active) return [];
    const id = 'bundle_id' in row ? row.bundle_id : row.blueprint_id;
    return [`${id} is retired: AWS lists it, but may refuse to create an instance with it`];
  });
}

/**
 * What a refused creation means: when AWS took an argument amiss, catalog_mismatch with AWS's words and what there is today;
 * any other error as it is.
 */
export function explainRefusal(
  error: unknown,
  bundles: readonly Bundle[],
  blueprints: readonly Blueprint[],
  wish: Wish,
): unknown {
  if (!(error instanceof AppError) || error.details?.[0]?.aws_error !== 'InvalidInputException') return error;
  const said = error.details[0].message;
  const about = /(bundle|blueprint|zone)/i.exec(said)?.[1]?.toLowerCase();
  if (about === undefined) return error;
  if (about === 'zone') return mismatch([{ path: '/availability_zone', message: said }], wish);
  const blueprint = blueprints.find(({ blueprint_id }) => blueprint_id === wish.blueprint_id);
  return mismatch([bundleProblem(said, bundles, blueprint, wish), blueprintProblem(said, blueprints)], wish);
}

function misfit(bundle: Bundle, blueprint: Blueprint | undefined, wish: Wish): string | undefined {
  if (bundle.public_ipv4 === (wish.ip_address_type === 'ipv6')) {
    const what = bundle.public_ipv4 ? 'has a public IPv4 address' : 'has no public IPv4 address';
    return `${bundle.bundle_id} ${what}, which does not go with ip_address_type ${wish.ip_address_type}`;
  }
  if (!blueprint) return undefined;
  if (bundle.power < blueprint.min_power) {
    return `${bundle.bundle_id} is too small for ${blueprint.blueprint_id}: power ${bundle.power} of ${blueprint.min_power}`;
  }
  return bundle.platforms.includes(blueprint.platform)
    ? undefined
    : `${bundle.bundle_id} is for ${bundle.platforms.join(', ')}, ${blueprint.blueprint_id} is ${blueprint.platform}`;
}

/** The bundles on sale that go with the rest of a wish, the cheapest first. */
export function fittingBundles(bundles: readonly Bundle[], blueprint: Blueprint | undefined, wish: Wish) {
  return onSale(bundles)
    .filter((bundle) => misfit(bundle, blueprint, wish) === undefined)
    .map(({ bundle_id, price_usd_month, ram_mb }) => ({ bundle_id, price_usd_month, ram_mb }));
}

function bundleProblem(
  message: string,
  bundles: readonly Bundle[],
  blueprint: Blueprint | undefined,
  wish: Wish,
): Detail {
  return { path: '/bundle_id', message, available: fittingBundles(bundles, blueprint, wish) };
}

function blueprintProblem(message: string, blueprints: readonly Blueprint[]): Detail {
  const available = blueprints
    .filter(({ active }) => active)
    .map(({ blueprint_id, name, version }) => ({ blueprint_id, name: `${name} ${version}`.trim() }));
  return { path: '/blueprint_id', message, available };
}

function mismatch(details: Detail[], { region }: Wish): AppError {
  const messages = [...new Set(details.map(({ message }) => message))];
  return new AppError('catalog_mismatch', `${region} does not sell this: ${messages.join('; ')}.`, { details });
}

/** What is on sale, the cheapest first. */
function onSale(bundles: readonly Bundle[]): Bundle[] {
  return bundles.filter(({ active }) => active).sort((a, b) => comparable(a) - comparable(b));
}

/** A price that AWS does not tell comes last. */
export function comparable({ price_usd_month }: Bundle): number {
  return price_usd_month ?? Number.MAX_VALUE;
}
