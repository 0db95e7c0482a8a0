import type { FastifyInstance } from 'fastify';
import type { HostReads } from '../reads/host-reads.ts';
import { dockerApps } from './docker-apps.ts';
import { type GithubReads, github } from './github.ts';
import { hosts } from './hosts.ts';
import { instanceNetwork, type NetworkReads } from './instance-network.ts';
import { instancePower } from './instance-power.ts';
import { kong } from './kong.ts';
import { type LightsailReads, lightsail } from './lightsail.ts';
import { opensearch } from './opensearch.ts';
import type { JournalReads } from './operation-events.ts';
import type { OperationOptions } from './operation-route.ts';
import { operations } from './operations.ts';
import { type MetricsOptions, metricsRoute, openProcess } from './process.ts';
import { type Route53Reads, route53 } from './route53.ts';
import { type SnapshotReads, snapshots } from './snapshots.ts';
import { type TlsReads, tls } from './tls.ts';

export interface RouteOptions extends OperationOptions, MetricsOptions {
  journal: JournalReads;
  reads: LightsailReads & Route53Reads & GithubReads & HostReads & NetworkReads & SnapshotReads & TlsReads;
  closing: AbortSignal;
}

/** Routes that need no token. */
export function registerOpenRoutes(app: FastifyInstance): void {
  app.register(openProcess);
}

/** Every other route, by its prefix. */
export function registerRoutes(app: FastifyInstance, options: RouteOptions): void {
  app.register(lightsail, { ...options, prefix: '/aws/lightsail' });
  app.register(instancePower, { ...options, prefix: '/aws/lightsail' });
  app.register(instanceNetwork, { ...options, prefix: '/aws/lightsail' });
  app.register(snapshots, { ...options, prefix: '/aws/lightsail' });
  app.register(route53, { ...options, prefix: '/aws/route53' });
  app.register(github, { ...options, prefix: '/github' });
  app.register(tls, { ...options, prefix: '/tls' });
  app.register(hosts, { ...options, prefix: '/services' });
  app.register(dockerApps, { ...options, prefix: '/services' });
  app.register(opensearch, { ...options, prefix: '/services' });
  app.register(kong, { ...options, prefix: '/services' });
  app.register(operations, { ...options, prefix: '/operations' });
  app.register(metricsRoute, options);
}
