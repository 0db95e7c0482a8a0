import { z } from 'zod';
import { hostFields, reasonField, requireHost } from './host.ts';

export const appsIpSchema = z
  .ipv4('is no IPv4 address, such as 172.26.0.5')
  .refine((ip) => !/^(0|22[4-9]|23\d|24\d|25[0-5])\.|^169\.254\./.test(ip), 'is no address that a host can have')
  .meta({
    description:
      'Private address of the apps host; default is that of the apps instance in stack.yaml, and 127.0.0.1 where there is none',
    example: '172.26.0.5',
  });

const applyFields = { ...hostFields, apps_ip: appsIpSchema.optional(), ...reasonField } as const;

/** The body of deploy-kong. Whether there is a package of `version` is found out by the operation. */
export const deployKongBodySchema = z
  .strictObject({
    ...applyFields,
    version: z
      .string()
      .regex(/^\d{1,3}\.\d{1,3}\.\d{1,3}$/, 'is no version, such as 3.9.3')
      .optional()
      .meta({ description: 'Version of Kong; default is the newest that is known here', example: '3.9.3' }),
  })
  .superRefine(requireHost);

export const applyKongConfigBodySchema = z.strictObject(applyFields).superRefine(requireHost);

export type DeployKongBody = z.output<typeof deployKongBodySchema>;
export type ApplyKongConfigBody = z.output<typeof applyKongConfigBodySchema>;

const names = (what: string) =>
  z
    .array(z.string())
    .meta({ description: `Names of what is ${what}`, example: ['central-sequence-service/central-sequence-route'] });

/** The result of both calls. */
export const kongResultSchema = z
  .looseObject({
    version: z.string().meta({ description: 'Version of Kong on the host', example: '3.9.3' }),
    proxy_urls: z.array(z.string()).meta({
      description: 'Where it takes requests',
      example: ['http://203.0.113.7', 'https://203.0.113.7'],
    }),
    config_sha256: z.string().meta({
      description: 'SHA-256 of the configuration, as `sha256sum /etc/kong/kong.yml` shows it',
      example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    }),
    difference: z
      .record(
        z.string().meta({ description: 'Kind of entity', example: 'routes' }),
        z
          .strictObject({ added: names('added'), removed: names('removed'), changed: names('changed') })
          .meta({ description: 'What differs, by name', example: { added: [], removed: [], changed: [] } }),
      )
      .meta({
        description:
          'What the configuration on the host and this one differ in, before the call; empty when in nothing',
        example: { upstreams: { added: ['story-factory-service.upstream'], removed: [], changed: [] } },
      }),
    apps_ip: z.string().nullable().meta({
      description: 'Where the apps are; null when KONG_CONFIG says it',
      example: '172.26.0.5',
    }),
    apps_ip_from: z.string().meta({
      description: 'Who says so: the call, an instance, the default, or KONG_CONFIG',
      example: 'instance eu-central-1/apps',
    }),
  })
  .meta({ description: 'Kong as it is now', example: { version: '3.9.3', proxy_urls: ['http://203.0.113.7'] } });
