import { once } from 'node:events';
import { type Agent, type ClientRequest, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { Socket } from 'node:net';
import { type Answer, BAD_GATEWAY, TIMED_OUT } from './answers.ts';
import type { Balancer } from './balancer.ts';
import type { Service } from './configuration.ts';
import type { Exchange } from './exchange.ts';
import { answerHeaders, serviceHeaders } from './headers.ts';
import { servicePath } from './paths.ts';
import type { Reach } from './reach.ts';

const NO_PEER = { status: 503, message: 'failure to get a peer from the ring-balancer' };

export interface Forwarding {
  agent: Agent;
  reach: Reach;
  service: Service;
  /** None where the service's host is no upstream's name. */
  balancer: Balancer | undefined;
  /** For the answer's head, before it is sent. */
  beforeAnswer(): void;
}

/**
 * Sends a request to the service and its answer to the client; gives what to answer where there is none. Tries another target
 * only where no connection came about: nothing of the request is read or sent before there is one.
 */
export async function forward(exchange: Exchange, forwarding: Forwarding): Promise<Answer | undefined> {
  const { service } = forwarding;
  let last: Answer = BAD_GATEWAY;
  for (let left = service.retries; left >= 0; left--) {
    const opened = await open(exchange, forwarding);
    if (opened === 'no peer') return NO_PEER;
    if (opened === 'gone') return undefined;
    if ('status' in opened) last = opened;
    // It may be gone again, and then nothing was sent.
    else if (!opened.destroyed) return relay(exchange, opened, forwarding);
  }
  return last;
}

/** A request that has its connection, and of which nothing was sent yet. */
async function open(
  exchange: Exchange,
  { agent, reach, service, balancer }: Forwarding,
): Promise<ClientRequest | Answer | 'no peer' | 'gone'> {
  const peer = balancer ? balancer.next(exchange.tried) : service;
  if (!peer) return 'no peer';
  exchange.tried.push(`${peer.host}:${peer.port}`);
  const place = reach(peer.host, peer.port);
  if (!place) return BAD_GATEWAY;
  const host = `${balancer?.hostHeader ?? peer.host}${peer.port === 80 ? '' : `:${peer.port}`}`;
  const outgoing = send({
    ...{ ...place, agent, method: exchange.request.method ?? 'GET', setHost: false },
    path: servicePath(service.path, exchange.path, prefixOf(exchange)) + exchange.query,
    headers: serviceHeaders(exchange, host),
  });
  return connected(outgoing, exchange, service.connectTimeoutMs);
}

function prefixOf({ route, prefix }: Exchange): string | undefined {
  return route?.stripPath ? prefix : undefined;
}

function connected(
  outgoing: ClientRequest,
  { response }: Exchange,
  timeoutMs: number,
): Promise<ClientRequest | Answer | 'gone'> {
  return new Promise((resolve) => {
    const end = (found: ClientRequest | Answer | 'gone') => {
      clearTimeout(limit);
      outgoing.off('error', refused).on('error', () => undefined);
      response.off('close', gone);
      if (found !== outgoing) outgoing.destroy();
      resolve(found);
    };
    const refused = () => end(BAD_GATEWAY);
    const gone = () => end('gone');
    const limit = setTimeout(() => end(TIMED_OUT), timeoutMs);
    response.once('close', gone);
    outgoing.once('error', refused);
    outgoing.once('socket', (socket: Socket) => {
      if (socket.connecting) socket.once('connect', () => end(outgoing));
      else end(outgoing);
    });
  });
}

/** From here on the request counts as sent, and is not sent again. */
async function relay(exchange: Exchange, outgoing: ClientRequest, forwarding: Forwarding): Promise<Answer | undefined> {
  const { request, response, body } = exchange;
  const sentAt = Date.now();
  let late = false;
  outgoing.setTimeout(forwarding.service.readTimeoutMs, () => {
    late = true;
    outgoing.destroy(new Error('read timeout'));
  });
  const onClose = () => outgoing.destroy();
  response.once('close', onClose);
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  if (body) outgoing.end(body);
  else sendBody(exchange, outgoing);
  try {
    const [incoming] = await answered;
    exchange.upstreamMs = Date.now() - sentAt;
    answerHeaders(exchange, incoming);
    forwarding.beforeAnswer();
    response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage);
    incoming.on('data', (chunk: Buffer) => {
      exchange.bytes.out += chunk.length;
    });
    await passOn(incoming, response);
    return undefined;
  } catch {
    // The client is gone, or has a part of an answer that has no end.
    if (response.headersSent || response.destroyed) response.destroy();
    else return late ? TIMED_OUT : BAD_GATEWAY;
    return undefined;
  } finally {
    response.off('close', onClose);
    request.unpipe(outgoing);
  }
}

/** Until all is sent, or the client is gone; rejects when the service breaks off. Node's `pipeline` takes twice as long. */
function passOn(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    incoming.once('error', reject).pipe(response.once('close', resolve));
  });
}

function sendBody({ request, response, bytes }: Exchange, outgoing: ClientRequest): void {
  const { 'content-length': length = '0', 'transfer-encoding': encoding, expect } = request.headers;
  if (encoding === undefined && Number(length) === 0) {
    outgoing.end();
    return;
  }
  if (expect !== undefined) response.writeContinue();
  request.on('data', (chunk: Buffer) => {
    bytes.in += chunk.length;
  });
  request.pipe(outgoing);
}
