import { z } from 'zod';
import { instanceNameSchema, reasonSchema, regionSchema, resourceNameSchema } from './common.ts';

const naming = { instance_name: instanceNameSchema, region: regionSchema, reason: reasonSchema.optional() } as const;

/** Checked by the operation, which answers 409 confirm_required. */
const confirm = z.string().max(255).optional().meta({ description: 'The exact name again', example: 'apps' });

const staticIpName = resourceNameSchema.meta({ description: 'Name of the static IP', example: 'kong-ip' });
const snapshotName = resourceNameSchema.meta({ description: 'Name of the snapshot', example: 'apps-before-upgrade' });

export const namedInstanceBodySchema = z
  .strictObject(naming)
  .meta({ id: 'NamedInstance', description: 'An instance to change' });

export const rebootInstanceBodySchema = z
  .strictObject({
    ...naming,
    since: z.iso.datetime({ offset: true, error: 'is no time such as 2026-11-21T10:00:00Z' }).optional().meta({
      description: 'Do nothing when it was started later than this; without it every call reboots',
      example: '2026-11-21T10:00:00Z',
    }),
  })
  .meta({ id: 'RebootInstance', description: 'An instance to reboot' });

export const deleteInstanceBodySchema = z
  .strictObject({ ...naming, confirm })
  .meta({ id: 'DeleteInstance', description: 'An instance to delete, with all that is on it' });

export const attachStaticIpBodySchema = z
  .strictObject({ static_ip_name: staticIpName, ...naming })
  .meta({ id: 'AttachStaticIp', description: 'A static IP, and the instance that is to have it' });

export const releaseStaticIpBodySchema = z
  .strictObject({ static_ip_name: staticIpName, ...naming, instance_name: instanceNameSchema.optional(), confirm })
  .meta({ id: 'ReleaseStaticIp', description: 'A static IP to give back; with instance_name only if that one has it' });

export const createSnapshotBodySchema = z
  .strictObject({ ...naming, snapshot_name: snapshotName })
  .meta({ id: 'CreateSnapshot', description: 'An instance whose disk is to be kept as it is' });

export const deleteSnapshotBodySchema = z
  .strictObject({ snapshot_name: snapshotName, ...naming, instance_name: instanceNameSchema.optional(), confirm })
  .meta({ id: 'DeleteSnapshot', description: 'A snapshot to delete; with instance_name only if it is of that one' });

export const regionQuerySchema = z.strictObject({ region: regionSchema });

/** USD a month of a static IP that no instance has: 0.005 USD an hour (AWS's billing FAQ), of which a month has 730. */
export const idleStaticIpUsdMonth = 3.65;

const text = (description: string, example: string) => z.string().meta({ description, example });
const usd = (description: string, example: number) => z.number().meta({ description, example });

export const staticIpSchema = z
  .object({
    name: text('Its name', 'kong-ip'),
    region: text('Region that it is in', 'eu-central-1'),
    ip_address: text('The address', '203.0.113.7'),
    attached_to: z.string().nullable().meta({ description: 'Instance that has it', example: 'kong' }),
    monthly_usd: usd('What it costs a month: nothing while it is attached', 0),
  })
  .meta({ id: 'StaticIp', description: 'A public address that stays' });

export const snapshotSchema = z
  .object({
    name: text('Its name', 'apps-before-upgrade'),
    region: text('Region that it is in', 'eu-central-1'),
    instance_name: text('Instance that it was made of', 'apps'),
    state: text('pending, available or error', 'available'),
    size_gb: z.number().meta({ description: 'Size of the disk in GB', example: 20 }),
    created_at: z.iso.datetime().nullable().meta({ description: 'When', example: '2026-11-21T10:00:00.000Z' }),
    monthly_usd: usd('What it costs a month', 1),
  })
  .meta({ id: 'Snapshot', description: 'The disk of an instance, as it was' });

export type NamedInstanceBody = z.output<typeof namedInstanceBodySchema>;
export type RebootInstanceBody = z.output<typeof rebootInstanceBodySchema>;
export type DeleteInstanceBody = z.output<typeof deleteInstanceBodySchema>;
export type AttachStaticIpBody = z.output<typeof attachStaticIpBodySchema>;
export type ReleaseStaticIpBody = z.output<typeof releaseStaticIpBodySchema>;
export type CreateSnapshotBody = z.output<typeof createSnapshotBodySchema>;
export type DeleteSnapshotBody = z.output<typeof deleteSnapshotBodySchema>;
export type StaticIp = z.output<typeof staticIpSchema>;
export type Snapshot = z.output<typeof snapshotSchema>;
