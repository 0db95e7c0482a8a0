import { z } from 'zod';

const when = z.iso.datetime();

const rungSchema = z.object({
  name: z.string().meta({
    description: 'requested, running, ip_assigned, host_key_known, tcp_22, ssh_login, boot_finished or apt_idle',
    example: 'ssh_login',
  }),
  reached: z.boolean().meta({ description: 'Whether it got this far', example: true }),
  at: when.nullable().meta({ description: 'Since when, where that is known', example: '2026-11-21T10:00:00.000Z' }),
  reason: z.string().nullable().meta({ description: 'What was seen, or why it is not reached', example: 'as admin' }),
});

export const readinessSchema = z
  .object({
    instance_name: z.string().meta({ description: 'The instance', example: 'apps' }),
    region: z.string().meta({ description: 'Its region', example: 'eu-central-1' }),
    ready: z.boolean().meta({ description: 'Whether every rung is reached', example: false }),
    ladder: z.array(rungSchema).meta({
      description: 'From asked for to ready for work; each rung waits for the one before',
      example: [{ name: 'running', reached: false, at: null, reason: 'it is pending' }],
    }),
  })
  .meta({ id: 'Readiness', description: 'How far an instance has got since it was asked for' });

const releaseSchema = z.object({
  id: z.string().meta({ description: 'Digest and hash of the specification', example: '9f86d0818849-2c26b46b68ff' }),
  digest: z.string().meta({
    description: 'Digest of its image; rollback-docker-app takes it as `to`',
    example: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  }),
  image: z.string().meta({ description: 'The image as it was asked for', example: 'ghcr.io/user/my-app:latest' }),
  running: z.boolean().meta({ description: 'Whether the container runs this release', example: true }),
  previous: z.boolean().meta({
    description:
      'Whether the one that runs took its place: the one to go back to. What is neither is left of a deployment that failed, until the next one',
    example: false,
  }),
});

const dockerAppSchema = z
  .object({
    name: z.string().meta({ description: 'The app', example: 'my-app' }),
    state: z.string().meta({ description: 'Of its container: running, exited, ...; or absent', example: 'running' }),
    status: z
      .string()
      .meta({ description: 'What the engine says of it; why it has no container', example: 'Up 3 minutes (healthy)' }),
    image: z.string().nullable().meta({
      description: 'What the container runs',
      example: 'ghcr.io/user/my-app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    }),
    ports: z.array(z.string()).meta({ description: 'Published ports', example: ['172.26.0.5:8080->8080/tcp'] }),
    releases: z
      .array(releaseSchema)
      .meta({ description: 'Releases kept on the host, for rollback-docker-app', example: [] }),
  })
  .meta({ id: 'DockerApp', description: 'A container of ours on a host, and the releases it can go back to' });

export const dockerAppsSchema = z
  .object({ apps: z.array(dockerAppSchema).meta({ description: 'Every app on the host, by name', example: [] }) })
  .meta({ description: 'The apps on a host' });

export const logsSchema = z
  .object({
    name: z.string().meta({ description: 'The app, or opensearch or kong', example: 'my-app' }),
    lines: z.array(z.string()).meta({
      description: 'Its last lines, oldest first, each with its time',
      example: ['2026-11-21T10:00:00.123456789Z listening on 8080'],
    }),
  })
  .meta({ description: 'What it has printed lately' });

/** The programs that run on a host as packages, beside the apps, by the name of their systemd unit. */
export const unitNames = ['opensearch', 'kong'] as const;

const unitStatusSchema = z.object({
  version: z.string().meta({ description: 'Version of its package', example: '3.9.3' }),
  state: z.string().meta({
    description: 'As systemd tells: active, inactive, failed, ...; or half installed',
    example: 'active',
  }),
  health: z.string().nullable().meta({
    description: 'OpenSearch: green, yellow or red; Kong: ready or not ready; null when it does not tell us',
    example: 'ready',
  }),
});

const kongStatusSchema = unitStatusSchema.extend({
  configuration: z.enum(['as brought', 'not as in its file', 'not as brought last']).nullable().meta({
    description:
      'What Kong runs: what deploy-kong or apply-kong-config brought last; another configuration than its file holds; that of its file, which is not the one that was brought last (an older one, say); null when Kong does not tell',
    example: 'as brought',
  }),
  certificates: z
    .array(
      z.object({
        names: z.array(z.string()).meta({ description: 'What it is shown for', example: ['*.example.com'] }),
        not_after: z.iso.datetime().meta({ description: 'Until when it counts', example: '2027-02-19T09:59:59.000Z' }),
        expired: z.boolean().meta({ description: 'Whether that is over', example: false }),
      }),
    )
    .meta({ description: 'Those in its file, which it shows; none where it has none', example: [] }),
});

export const hostStatusSchema = z
  .object({
    address: z.string().meta({ description: 'The host', example: '203.0.113.7' }),
    os: z.string().meta({ description: 'System and version', example: 'debian 12' }),
    architecture: z.string().meta({ description: 'As dpkg names it', example: 'amd64' }),
    boot: z
      .enum(['finished', 'running', 'failed'])
      .meta({ description: 'Whether the first boot has run to its end', example: 'finished' }),
    memory_mb: z.int().nullable().meta({ description: 'MiB of memory that the kernel manages', example: 951 }),
    swap_mb: z.int().meta({ description: 'MiB of swap', example: 1024 }),
    disk_free_mb: z.int().nullable().meta({ description: 'MiB free under /var/lib', example: 34000 }),
    docker: z
      .string()
      .nullable()
      .meta({ description: 'Version of the engine that answers; null when none does', example: '20.10.24' }),
    opensearch: unitStatusSchema.nullable().meta({
      description: 'OpenSearch on the host; null when it is not installed',
      example: { version: '3.8.0', state: 'active', health: 'green' },
    }),
    kong: kongStatusSchema.nullable().meta({
      description: 'Kong on the host; null when it is not installed',
      example: { version: '3.9.3', state: 'active', health: 'ready', configuration: 'as brought', certificates: [] },
    }),
    apps: z
      .array(
        z.object({
          name: z.string().meta({ description: 'The app', example: 'my-app' }),
          state: z.string().meta({ description: 'Of its container', example: 'running' }),
        }),
      )
      .meta({ description: 'The apps on it', example: [{ name: 'my-app', state: 'running' }] }),
  })
  .meta({ description: 'What a host is and how it is' });

export type Readiness = z.infer<typeof readinessSchema>;
export type DockerApp = z.infer<typeof dockerAppSchema>;
export type UnitName = (typeof unitNames)[number];
export type UnitStatus = z.infer<typeof unitStatusSchema>;
export type Logs = z.infer<typeof logsSchema>;
export type HostStatus = z.infer<typeof hostStatusSchema>;
