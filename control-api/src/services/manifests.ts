import type { Stack } from '../schemas/manifest.ts';

export interface Manifests {
  /** What they say now. @throws {AppError} manifest_invalid, with a detail {file, line, field, message} per problem */
  read(): Promise<Stack>;
}
