import { z } from 'zod';

const milliseconds = z.int().min(0);
const accessKeyIds = z.array(z.string());

export const settingsSchema = z.strictObject({
  port: z.int().min(0).max(65535).default(4566).describe('Where the cloud listens on 127.0.0.1; 0 for any free port'),
  sshPort: z.int().min(1).max(65535).default(2222).describe('Where the hosts listen, each on an address of its own'),
  addressRange: z
    .int()
    .min(1)
    .max(255)
    .default(10)
    .describe('Third part of the hosts’ addresses: 10 gives public 127.0.10.x and private 127.1.10.x'),
  delays: z
    .strictObject({
      runningMs: milliseconds.default(2000).describe('From pending to running, beside the time the host needs to boot'),
      publicIpMs: milliseconds.default(500).describe('From running to a public IP'),
      hostKeysMs: milliseconds.default(1500).describe('From running to host keys in the access details'),
      firstBootMs: milliseconds
        .default(5000)
        .describe('Work of cloud-init after the first boot, in the host’s own time'),
      stoppedMs: milliseconds.default(500).describe('From stopping to stopped, and from shutting-down to gone'),
      inSyncMs: milliseconds.default(2000).describe('From a change of Route 53’s PENDING to INSYNC'),
      snapshotMs: milliseconds.default(3000).describe('From a snapshot’s pending to available'),
    })
    .prefault({}),
  certificates: z
    .strictObject({
      days: z.number().min(0).default(90).describe('How long a certificate of the ACME directory counts'),
      ageDays: z.number().min(0).default(0).describe('How old it is when it is issued'),
    })
    .prefault({}),
  timeScale: z.number().min(0).default(0.2).describe('How much of a virtual host’s waiting is real: 1 all, 0 none'),
  pageSize: z.int().min(1).default(20),
  sellRetired: z
    .boolean()
    .default(true)
    .describe('Whether CreateInstances takes bundles and blueprints that are not active'),
  unknownAccessKeyIds: accessKeyIds.default(['AKIAUNKNOWN']).describe('Answered with UnrecognizedClientException'),
  refusedAccessKeyIds: accessKeyIds.default(['AKIAREFUSED']).describe('Answered with AccessDeniedException'),
  machines: z.boolean().default(false).describe('Real Debian machines in place of virtual hosts'),
  stateFile: z.string().optional().describe('Where the cloud’s state is kept over a restart; nowhere if left out'),
});

export type Settings = z.output<typeof settingsSchema>;
export type SettingsInput = z.input<typeof settingsSchema>;

const noDelays = {
  runningMs: 0,
  publicIpMs: 0,
  hostKeysMs: 0,
  firstBootMs: 0,
  stoppedMs: 0,
  snapshotMs: 0,
  inSyncMs: 0,
};

/** Any free port, no delays, and an address range that tests running in other workers do not use; `worker` counts from 1. */
export function settingsForTests(worker: number): SettingsInput {
  return { port: 0, addressRange: 20 + (worker % 200), delays: noDelays, timeScale: 0 };
}
