import type { Stack } from '../control-api/src/schemas/manifest.ts';
import { createManifests } from '../control-api/src/services/manifests.ts';
import { root } from './generated-files.ts';

/** What deploy-manifests and the contracts of this repository say. @throws {AppError} manifest_invalid */
export function readCommittedStack(): Promise<Stack> {
  const at = (folder: string) => new URL(folder, root).pathname;
  return createManifests({ stackDir: at('deploy-manifests'), specsDir: at('app-services') }).read();
}
