import { defineConfig } from 'vitest/config';

/** See vendor-packages.ts. */
const isVendors = process.env.FOUNTAIN_VENDOR_PACKAGES === '1';

/** Real machines take seconds to boot and a minute to install things: one file after the other, with long limits. */
export default defineConfig({
  test: {
    include: isVendors ? ['e2e/machines/{opensearch,kong,gateway,compose}.test.ts'] : ['e2e/machines/*.test.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 600_000,
    reporters: ['verbose'],
    disableConsoleIntercept: true,
  },
});
