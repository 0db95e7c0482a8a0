import { blueprints, bundlesOf, regions } from '../catalogue.ts';
import { inputs } from '../inputs.ts';
import { page } from '../paging.ts';
import { type Models, on } from './response.ts';

export function catalogueResponses({ driver, settings }: Models) {
  return {
    GetRegions: on(inputs.regions, ({ includeAvailabilityZones }) => ({
      regions: regions.map(({ zones, name, displayName, continentCode, description }) => ({
        name,
        displayName,
        continentCode,
        description,
        availabilityZones: includeAvailabilityZones ? zones.map((zoneName) => ({ zoneName, state: 'available' })) : [],
        relationalDatabaseAvailabilityZones: [],
      })),
    })),
    GetBundles: on(inputs.catalogue, ({ includeInactive, pageToken }, region) => {
      const sold = bundlesOf(region).filter(({ isActive }) => isActive || includeInactive);
      const { rows, ...next } = page(sold, pageToken, settings.pageSize);
      return { bundles: rows, ...next };
    }),
    GetBlueprints: on(inputs.catalogue, ({ includeInactive, pageToken }) => {
      const sold = blueprints(driver.blueprints).filter(({ isActive }) => isActive || includeInactive);
      const { rows, ...next } = page(sold, pageToken, settings.pageSize);
      return { blueprints: rows, ...next };
    }),
  };
}
