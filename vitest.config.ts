import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['control-api/test/**/*.test.ts', 'sandbox/test/**/*.test.ts', 'e2e/test/**/*.test.ts'],
    globalSetup: ['e2e/bundled-control-api.ts'],
    // Most of a test's time goes into waiting for other processes, so more of them than processors.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: { provider: 'v8', include: ['control-api/src/**', 'sandbox/src/**'], reporter: ['text-summary', 'lcov'] },
  },
});
