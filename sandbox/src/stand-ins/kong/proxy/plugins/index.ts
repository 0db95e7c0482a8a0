import { keyAuth } from './key-auth.ts';
import type { Plugin } from './plugin.ts';

/** Those that the proxy serves. */
export const served: Readonly<Record<string, Plugin>> = {
  'key-auth': keyAuth,
};
