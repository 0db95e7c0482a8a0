import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { TlsOptions } from 'node:tls';
import { configurationHash, EMPTY_HASH, readDeclarative } from '../declarative.ts';
import type { Entity, Problem } from '../schema.ts';
import { type Answer, bodyOf, UNEXPECTED } from './answers.ts';
import { type Balancer, createBalancer } from './balancer.ts';
import { type Chain, createChain } from './chain.ts';
import { readConfiguration } from './configuration.ts';
import { type Exchange, openExchange, type Port } from './exchange.ts';
import { forward } from './forward.ts';
import { nodeInfo, targetHealth } from './gauges.ts';
import { SERVER } from './headers.ts';
import { type HealthChecks, startHealthChecks } from './health-checks.ts';
import { createMemory } from './memory.ts';
import type { Phases } from './plugins/plugin.ts';
import { asItIs, type Reach } from './reach.ts';
import { createRouter, type Router } from './router.ts';
import { type Certificates, createCertificates } from './tls.ts';

/** A running Kong: it serves the configuration that it has loaded. */
export interface Gateway {
  /** MD5 of the configuration; EMPTY_HASH where there is none. */
  readonly hash: string;
  /**
   * Takes a configuration in the place of the one so far, or gives what is wrong with it. Requests under way end by the one
   * that they began with; no connection is cut. `plugins` are those enabled in kong.conf.
   */
  load(text: string, plugins: readonly string[]): Problem | undefined;
  /** What GET /metrics says. */
  metrics(): string;
  /** A server for one of `proxy_listen`, which does not listen yet. */
  server(port: Port): Server | TlsServer;
  /** Looks no longer after its targets, and leaves their connections. */
  close(): void;
}

interface Options {
  /** PEM: what clients get who ask for no name, or for one of which there is no certificate. */
  defaultCertificate?: { cert: string; key: string } | undefined;
  reach?: Reach;
  /** How long a second between health checks is, in milliseconds. */
  secondMs?: number;
}

interface Loaded {
  hash: string;
  router: Router;
  chain: Chain;
  certificates: Certificates;
  balancers: ReadonlyMap<string, Balancer>;
  checks: readonly HealthChecks[];
}

const NO_ROUTE = { status: 404, message: 'no Route matched with those values' };
const NO_SERVICE = { status: 503, message: 'no Service found with those values' };
const BAD_REQUEST = { status: 400, message: 'Bad request' };
/** kong.conf: upstream_keepalive_idle_timeout and upstream_keepalive_pool_size. */
const IDLE_MS = 60_000;
const IDLE_CONNECTIONS = 512;
/** nginx: keepalive_timeout. */
const CLIENT_IDLE_MS = 75_000;

export function createGateway({ defaultCertificate, reach = asItIs, secondMs = 1000 }: Options = {}): Gateway {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: IDLE_CONNECTIONS, timeout: IDLE_MS });
  const memory = createMemory(reach);
  let loaded = take({}, EMPTY_HASH);

  function take(tree: Entity, hash: string, before?: Loaded): Loaded {
    const configuration = readConfiguration(tree);
    const [router, chain] = [createRouter(configuration.routes), createChain(configuration, memory)];
    const { upstreams } = configuration;
    const balancers = upstreams.map((one) => [one.name, createBalancer(one, before?.balancers.get(one.name))] as const);
    for (const one of before?.checks ?? []) one.stop();
    const checks = balancers.map(([, { peers }], at) =>
      startHealthChecks({ checks: (upstreams[at] as (typeof upstreams)[number]).checks, peers, reach, secondMs }),
    );
    const certificates = createCertificates(configuration.certificates);
    return { hash, router, chain, certificates, balancers: new Map(balancers), checks };
  }

  async function serve(exchange: Exchange, { router, chain, balancers }: Loaded): Promise<void> {
    const match = router({
      ...exchange,
      method: exchange.request.method ?? '',
      headers: exchange.request.headersDistinct,
    });
    const running: Phases[] = match ? [] : [...chain.global];
    const beforeAnswer = () => {
      for (const { header } of running) header?.(exchange);
    };
    exchange.response.once('close', () => {
      for (const { log } of running) log?.(exchange);
    });
    if (!match) return answer(exchange, NO_ROUTE, beforeAnswer);
    Object.assign(exchange, match);
    const redirect = httpsOnly(exchange);
    if (redirect) return answer(exchange, redirect, beforeAnswer);
    let own: Answer | undefined;
    for (const phases of chain.for(exchange)) {
      // Those behind one that answers are not asked, but see the answer.
      running.push(phases);
      own ??= await phases.access?.(exchange);
    }
    if (own) return answer(exchange, own, beforeAnswer);
    const { service } = match.route;
    if (!service) return answer(exchange, NO_SERVICE, beforeAnswer);
    const balancer = balancers.get(service.host);
    const failed = await forward(exchange, { agent, reach, service, balancer, beforeAnswer });
    if (failed) answer(exchange, failed, beforeAnswer);
  }

  function handle(request: IncomingMessage, response: ServerResponse, port: Port): void {
    const exchange = openExchange(request, response, port);
    response.on('error', () => undefined);
    if (!exchange) return void response.writeHead(400).end(bodyOf(BAD_REQUEST.message, '', undefined).text);
    serve(exchange, loaded).catch(() => {
      if (response.headersSent) response.destroy();
      else answer(exchange, UNEXPECTED, () => undefined);
    });
  }

  const tls: TlsOptions = {
    ...defaultCertificate,
    ALPNProtocols: ['http/1.1'],
    SNICallback: (name, done) => done(null, loaded.certificates(name)),
  };

  return {
    get hash() {
      return loaded.hash;
    },
    load(text, plugins) {
      const read = readDeclarative(text, plugins);
      if ('problem' in read) return read.problem;
      loaded = take(read.value, configurationHash(text), loaded);
      return undefined;
    },
    metrics: () => memory.metrics.print([nodeInfo, targetHealth(loaded.balancers)]),
    server(port) {
      const listener = (request: IncomingMessage, response: ServerResponse) => handle(request, response, port);
      const server = port.ssl ? createTlsServer(tls, listener) : createServer(listener);
      server.keepAliveTimeout = CLIENT_IDLE_MS;
      return server.on('checkContinue', listener);
    },
    close() {
      for (const one of loaded.checks) one.stop();
      memory.logs.close();
      agent.destroy();
    },
  };
}

function httpsOnly({ route, scheme, host, request }: Exchange): Answer | undefined {
  if (!route || scheme === 'https' || route.protocols.includes('http')) return undefined;
  if (route.httpsRedirectStatusCode === 426) {
    const headers = { Connection: 'Upgrade', Upgrade: 'TLS/1.2, HTTP/1.1' };
    return { status: 426, message: 'Please use HTTPS protocol', headers };
  }
  const Location = `https://${host.replace(/:\d*$/, '')}${request.url}`;
  return { status: route.httpsRedirectStatusCode, headers: { Location } };
}

function answer(exchange: Exchange, { status, message, headers = {} }: Answer, beforeAnswer: () => void): void {
  const { response, request, id, startedAt } = exchange;
  if (response.headersSent || response.destroyed) return;
  const { type, text } = bodyOf(message ?? '', id, request.headers.accept);
  if (message !== undefined) response.setHeader('Content-Type', type);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  beforeAnswer();
  response.setHeader('Content-Length', message === undefined ? 0 : Buffer.byteLength(text));
  response.setHeader('X-Kong-Response-Latency', Date.now() - startedAt);
  response.setHeader('Server', SERVER);
  response.setHeader('X-Kong-Request-Id', id);
  response.writeHead(status).end(message === undefined ? undefined : text);
}
