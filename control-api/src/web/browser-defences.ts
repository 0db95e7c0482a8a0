import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../lib/errors.ts';

export interface OwnNames {
  /** The address that is listened on. */
  host: string;
  allowedHosts: readonly string[];
}

/**
 * A page in the operator's browser can reach this API although its author cannot. So: only our own names (against DNS
 * rebinding), no calls from other sites, and changing calls only with a content type that no plain form can send.
 */
export function defendFromBrowsers(app: FastifyInstance, { host, allowedHosts }: OwnNames): void {
  const own = new Set(['localhost', '127.0.0.1', '[::1]', hostOf(host), ...allowedHosts]);
  app.addHook('onRequest', async (request) => {
    refuseForeignHost(request, own);
    refuseCrossSite(request);
    refuseOtherContent(request);
  });
}

function refuseForeignHost({ headers }: FastifyRequest, own: ReadonlySet<string>): void {
  const name = authority(headers.host)?.hostname;
  if (name === undefined || !own.has(name)) throw new AppError('host_not_allowed');
}

function refuseCrossSite({ headers }: FastifyRequest): void {
  const { origin } = headers;
  const foreign = origin !== undefined && URL.parse(origin)?.host !== authority(headers.host)?.host;
  if (foreign || headers['sec-fetch-site'] === 'cross-site') throw new AppError('cross_site_refused');
}

function refuseOtherContent({ method, headers }: FastifyRequest): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(method)) return;
  const [type] = (headers['content-type'] ?? '').split(';');
  if (type?.trim().toLowerCase() !== 'application/json') throw new AppError('unsupported_media_type');
}

/** The Host header as a URL, which brings case, brackets and default ports into one form. */
function authority(header: string | undefined): URL | null {
  return header !== undefined && /^[\w.:[\]-]+$/.test(header) ? URL.parse(`http://${header}`) : null;
}

function hostOf(host: string): string {
  return (URL.parse(`http://${host.includes(':') ? `[${host}]` : host}`)?.hostname ?? host).toLowerCase();
}
