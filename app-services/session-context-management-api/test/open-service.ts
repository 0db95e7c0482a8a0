import { openTestService, type ServiceUnderTest, type TestDatabase } from '@fountainai/service-kit/testing';
import { buildApp } from '../src/app.ts';

export type { TestService } from '@fountainai/service-kit/testing';

export const service: ServiceUnderTest = { folder: new URL('../', import.meta.url), buildApp };

export const openService = (database: TestDatabase, settings?: Readonly<Record<string, string>>) =>
  openTestService(service, database, settings);
