import { z } from 'zod';

/** The requests' bodies as far as they are read here; like the real service, unknown members are passed over. */

const tags = z.array(z.object({ key: z.string().min(1).max(128), value: z.string().max(256).optional() })).max(50);
const pageToken = z.string().optional();
const cidrs = z.array(z.union([z.ipv4(), z.cidrv4()])).optional();
const ipv6Cidrs = z.array(z.union([z.ipv6(), z.cidrv6()])).optional();

const portInfo = z
  .object({
    fromPort: z.int().min(-1).max(65535),
    toPort: z.int().min(-1).max(65535),
    protocol: z.enum(['tcp', 'udp', 'all', 'icmp', 'icmpv6']),
    cidrs,
    ipv6Cidrs,
    cidrListAliases: z.array(z.enum(['lightsail-connect'])).optional(),
  })
  .refine(({ fromPort, toPort, protocol }) => protocol.startsWith('icmp') || (fromPort >= 0 && fromPort <= toPort), {
    message: 'fromPort must not be greater than toPort',
  });

export const inputs = {
  none: z.object({}),
  regions: z.object({ includeAvailabilityZones: z.boolean().default(false) }),
  catalogue: z.object({ includeInactive: z.boolean().default(false), pageToken }),
  list: z.object({ pageToken }),
  createInstances: z.object({
    instanceNames: z.array(z.string()).min(1),
    availabilityZone: z.string(),
    blueprintId: z.string(),
    bundleId: z.string(),
    userData: z.string().max(16384).default(''),
    keyPairName: z.string().optional(),
    tags: tags.default([]),
    ipAddressType: z.enum(['dualstack', 'ipv4', 'ipv6']).default('dualstack'),
  }),
  instance: z.object({ instanceName: z.string() }),
  stopInstance: z.object({ instanceName: z.string(), force: z.boolean().default(false) }),
  deleteInstance: z.object({ instanceName: z.string(), forceDeleteAddOns: z.boolean().default(false) }),
  access: z.object({ instanceName: z.string(), protocol: z.enum(['ssh', 'rdp']).default('ssh') }),
  keyPair: z.object({ keyPairName: z.string() }),
  keyPairs: z.object({ pageToken, includeDefaultKeyPair: z.boolean().default(false) }),
  createKeyPair: z.object({ keyPairName: z.string(), tags: tags.default([]) }),
  importKeyPair: z.object({ keyPairName: z.string(), publicKeyBase64: z.string().min(1) }),
  deleteKeyPair: z.object({ keyPairName: z.string(), expectedFingerprint: z.string().optional() }),
  staticIp: z.object({ staticIpName: z.string() }),
  attachStaticIp: z.object({ staticIpName: z.string(), instanceName: z.string() }),
  snapshot: z.object({ instanceSnapshotName: z.string() }),
  createSnapshot: z.object({ instanceName: z.string(), instanceSnapshotName: z.string(), tags: tags.default([]) }),
  operation: z.object({ operationId: z.string() }),
  operationsForResource: z.object({ resourceName: z.string(), pageToken }),
  ports: z.object({ instanceName: z.string(), portInfos: z.array(portInfo) }),
  port: z.object({ instanceName: z.string(), portInfo }),
  tag: z.object({ resourceName: z.string(), tags: tags.min(1) }),
};
