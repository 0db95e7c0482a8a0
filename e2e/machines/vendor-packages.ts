import { test } from 'vitest';
import { describeMachines, say } from './machines-sandbox.ts';

/** Whether machines get OpenSearch and Kong from their vendors, over the internet, in place of the stand-ins. */
const isVendors = process.env.FOUNTAIN_VENDOR_PACKAGES === '1';

/** Takes the stand-ins' addresses from a control API when the vendors' own packages are wanted. */
export const vendorEnvironment: Record<string, undefined> = isVendors
  ? {
      KONG_DEB_URL: undefined,
      KONG_DEB_SHA256: undefined,
      OPENSEARCH_APT_URL: undefined,
      OPENSEARCH_APT_KEY_URL: undefined,
      OPENSEARCH_APT_KEY_SHA256: undefined,
    }
  : {};

/** `real` and `standIn` say which parts are which; with the vendors' packages all is real. */
export function describePackages(
  title: string,
  { real, standIn }: { real: string; standIn: string },
  body: () => void,
) {
  const parts = isVendors ? "the vendors' own packages" : `real: ${real}; stand-in: ${standIn}`;
  describeMachines(`${title} [${parts}]`, body);
}

/** A test that makes sense with the stand-ins only; elsewhere it is left out, and says why. */
export function testStandIns(title: string, whyNot: string, body: () => Promise<void>): void {
  if (isVendors) say(`Left out: ${title}: ${whyNot}`);
  test.skipIf(isVendors)(title, body);
}

/** A test that needs what the vendors alone have: left out, with the reason, where that is not wanted. */
export function testVendors(title: string, body: () => Promise<void>): void {
  if (!isVendors) say(`Left out: ${title}: the vendors' own images are not wanted (FOUNTAIN_VENDOR_PACKAGES=1)`);
  test.skipIf(!isVendors)(title, body);
}
