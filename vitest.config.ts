import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{control-api,app-services/*,sandbox,e2e,tools/*}/test/**/*.test.ts'],
    globalSetup: ['app-services/service-kit/testing/postgres-server.ts'],
    // Most of a test's time goes into waiting for other processes, so more of them than processors.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: { provider: 'v8', include: ['{control-api,app-services/*,sandbox}/src/**'], reporter: ['text-summary', 'lcov'] },
  },
});
