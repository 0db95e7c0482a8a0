import { z } from 'zod';
import { instanceNameSchema, reasonSchema, regionSchema } from './common.ts';

/** An address that a host can have: not this network, link-local, multicast, reserved or broadcast. */
const instanceIpSchema = z
  .ipv4('is no IPv4 address, such as 203.0.113.7')
  .refine((ip) => !/^(0|22[4-9]|23\d|24\d|25[0-5])\.|^169\.254\./.test(ip), 'is no address that a host can have')
  .meta({ description: 'IPv4 address of the host', example: '203.0.113.7' });

/** How a call names a host and logs in to it; the same fields in every body and query. */
export const hostFields = {
  instance_ip: instanceIpSchema.optional(),
  instance_name: instanceNameSchema.optional(),
  region: regionSchema.optional(),
  ssh_key_path: z
    .string()
    .min(1, 'is empty')
    .max(1024, 'is too long')
    .regex(/^\P{Cc}+$/u, 'takes no control characters')
    .meta({ description: 'Private key inside SSH_KEY_DIR', example: '/home/me/data/keys/fountain-key' }),
  ssh_user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'is no user name')
    .optional()
    .meta({ description: 'Login user; default is the instance’s own', example: 'admin' }),
  ssh_port: sshPort(z.int()),
  host_key_fingerprint: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'is no fingerprint such as ssh-keygen -l prints: SHA256:...')
    .transform((text) => text.replace('=', ''))
    .optional()
    .meta({
      description: 'Of a host outside Lightsail, after you compared it with the host’s own',
      example: 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
    }),
} as const;

/** The same in a query, where every value arrives as text. */
export const hostQueryFields = { ...hostFields, ssh_port: sshPort(z.coerce.number().int()) } as const;

export const reasonField = { reason: reasonSchema.optional() } as const;

/** A host is named by its address or by its instance's name. */
export function requireHost(
  body: { instance_ip?: string | undefined; instance_name?: string | undefined },
  context: z.RefinementCtx,
): void {
  if (body.instance_ip !== undefined || body.instance_name !== undefined) return;
  context.addIssue({ code: 'custom', path: ['instance_ip'], message: 'is missing: send instance_ip or instance_name' });
}

function sshPort(number: z.ZodInt | z.ZodCoercedNumber) {
  return number
    .min(1)
    .max(65535)
    .optional()
    .meta({ description: 'Port of sshd; default is the setting SSH_PORT', example: 22 });
}
