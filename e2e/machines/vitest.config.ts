import { defineConfig } from 'vitest/config';

/** Real machines take seconds to boot and a minute to install things: one file after the other, with long limits. */
export default defineConfig({
  test: {
    include: ['e2e/machines/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 600_000,
    reporters: ['verbose'],
    disableConsoleIntercept: true,
  },
});
