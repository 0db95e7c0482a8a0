import type { Secret } from '../../../lib/secret.ts';
import type { Stack } from '../../../schemas/manifest.ts';
import type { Consumer } from '../../../schemas/secrets-file.ts';

/** All that a configuration of Kong is made of. */
export interface GatewayWish {
  stack: Stack;
  consumers: readonly Consumer[];
  certificates: readonly GatewayCertificate[];
  /** Address of the apps host as Kong reaches it. */
  appsIp: string;
}

export interface GatewayCertificate {
  /** Host names that it is for, also with a wildcard as first label. */
  names: readonly string[];
  /** PEM, with the chain. */
  certificate: string;
  /** PEM. */
  key: Secret;
}
