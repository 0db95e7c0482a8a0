import { acl } from './acl.ts';
import { correlationId } from './correlation-id.ts';
import { cors } from './cors.ts';
import { httpLog } from './http-log.ts';
import { ipRestriction } from './ip-restriction.ts';
import { keyAuth } from './key-auth.ts';
import type { Plugin } from './plugin.ts';
import { prometheus } from './prometheus.ts';
import { rateLimiting } from './rate-limiting.ts';
import { requestSizeLimiting } from './request-size-limiting.ts';

/** Those that the proxy serves. */
export const served: Readonly<Record<string, Plugin>> = {
  acl,
  'correlation-id': correlationId,
  cors,
  'http-log': httpLog,
  'ip-restriction': ipRestriction,
  'key-auth': keyAuth,
  prometheus,
  'rate-limiting': rateLimiting,
  'request-size-limiting': requestSizeLimiting,
};
