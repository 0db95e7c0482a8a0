import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Most of a test's time goes into waiting for other processes, so more of them than processors.
    maxWorkers: 3,
    // Files share their workers, since nothing of theirs is global: loading the sources once saves much of the time.
    isolate: false,
    // For machines with other work too: how long something takes decides no test.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 30_000 } },
    coverage: {
      provider: 'v8',
      include: ['{control-api,app-services/*,sandbox}/src/**'],
      reporter: ['text-summary', 'lcov'],
    },
    projects: [
      {
        extends: true,
        test: { name: 'control-api', include: ['control-api/test/**/*.test.ts'] },
      },
      { extends: true, test: { name: 'sandbox', include: ['sandbox/test/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'app-services',
          include: ['app-services/*/test/**/*.test.ts'],
          globalSetup: ['app-services/service-kit/testing/postgres-server.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/{test,long}/**/*.test.ts'],
          globalSetup: ['e2e/bundled-control-api.ts'],
        },
      },
    ],
  },
});
