import catalogue from './catalogue.json' with { type: 'json' };

/** A bundle on the wire. Prices and sizes are us-east-1's list of September 2026; `power` as the AWS CLI's examples show it. */
export interface Bundle {
  bundleId: string;
  name: string;
  instanceType: string;
  price: number;
  cpuCount: number;
  ramSizeInGb: number;
  diskSizeInGb: number;
  transferPerMonthInGb: number;
  power: number;
  isActive: boolean;
  supportedPlatforms: string[];
  publicIpv4AddressCount: number;
}

export interface Blueprint {
  blueprintId: string;
  name: string;
  group: string;
  type: string;
  description: string;
  isActive: boolean;
  minPower: number;
  version: string;
  versionCode: string;
  productUrl: string;
  licenseUrl: string;
  platform: string;
}

type BundleRow = Omit<(typeof catalogue.bundles)[number], 'ipv6Usd'> & { ipv6Usd?: number };
type Size = keyof typeof catalogue.power;

export const regions = catalogue.regions.map(({ zones, ...region }) => ({
  ...region,
  description: `This region is recommended to serve users near ${region.displayName}`,
  zones: [...zones].map((letter) => region.name + letter),
}));

/** Every bundle of a region, the retired ones last. */
export function bundlesOf(regionName: string): Bundle[] {
  const generation = catalogue.regions.find(({ name }) => name === regionName)?.generation ?? '0';
  return [
    ...catalogue.bundles.map((row) => bundle(row, generation, 'dualstack')),
    ...catalogue.bundles.map((row) => bundle(row, generation, 'ipv6')),
    ...catalogue.retiredBundles.map((row) => bundle(row, generation, 'retired')),
  ];
}

/** Every blueprint, or only those that `bootable` names. Windows and the application blueprints are not simulated. */
export function blueprints(bootable?: readonly string[]): Blueprint[] {
  return catalogue.blueprints
    .filter(({ id }) => bootable?.includes(id) ?? true)
    .map(({ id, name, group, version, retired }) => ({
      blueprintId: id,
      name,
      group,
      type: 'os',
      description: `${name} ${version ?? ''}`.trim(),
      isActive: !retired,
      minPower: 0,
      version: version ?? '',
      versionCode: '1',
      productUrl: '',
      licenseUrl: '',
      platform: 'LINUX_UNIX',
    }));
}

/** The login user of a blueprint of the catalogue. */
export function usernameOf(blueprintId: string): string {
  return catalogue.blueprints.find(({ id }) => id === blueprintId)?.username ?? 'ec2-user';
}

/** The last digit of an id differs by region, and some regions sell half the transfer: clients must ask, not assume. */
function bundle(row: BundleRow, generation: string, kind: 'dualstack' | 'ipv6' | 'retired'): Bundle {
  const size = row.id.slice(0, row.id.indexOf('_')) as Size;
  const id = kind === 'ipv6' ? row.id.replace('_', '_ipv6_') : row.id;
  return {
    bundleId: id.slice(0, -1) + generation,
    name: size.charAt(0).toUpperCase() + size.slice(1),
    instanceType: size,
    price: kind === 'ipv6' ? (row.ipv6Usd ?? row.usd) : row.usd,
    cpuCount: row.cpus,
    ramSizeInGb: row.ramGb,
    diskSizeInGb: row.diskGb,
    transferPerMonthInGb: generation === '0' ? row.transferGb : row.transferGb / 2,
    power: catalogue.power[size],
    isActive: kind !== 'retired',
    supportedPlatforms: ['LINUX_UNIX'],
    publicIpv4AddressCount: kind === 'ipv6' ? 0 : 1,
  };
}
