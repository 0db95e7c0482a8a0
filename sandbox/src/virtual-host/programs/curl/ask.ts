import { request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import { type Answer, failed } from './answer.ts';
import type { Options } from './options.ts';

/** Texts of the files that TLS wants. */
export interface Tls {
  ca: string | undefined;
  cert: string | undefined;
  key: string | undefined;
}

/** Where on this machine what is asked for really is. */
export interface Target {
  host: string;
  port: number;
}

const TLS_ERRORS: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'self-signed certificate in certificate chain',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unable to get local issuer certificate',
};

/** Really asks; what a process does not answer, the connection's end tells. */
export function ask(options: Options, target: Target, tls: Tls, signal: AbortSignal): Promise<Answer> {
  const { method, maxTimeMs, insecure, body } = options;
  const url = new URL(options.url);
  return new Promise((resolve) => {
    const limit = AbortSignal.any([AbortSignal.timeout(maxTimeMs), signal]);
    const nothing = (error: NodeJS.ErrnoException) => {
      const late = failed(28, `Operation timed out after ${maxTimeMs} milliseconds`);
      resolve(limit.aborted ? late : explain(error, url));
    };
    const headers = { host: url.host, 'user-agent': 'curl/7.88.1', accept: '*/*', ...options.headers };
    const sent: RequestOptions = {
      ...target,
      method,
      path: `${url.pathname}${url.search}`,
      headers,
      signal: limit,
      agent: false,
    };
    const secure = { ...tls, rejectUnauthorized: !insecure, servername: '', checkServerIdentity: nameCheck(url) };
    const asked = url.protocol === 'https:' ? requestHttps({ ...sent, ...secure }) : requestHttp(sent);
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ exit: 0, status: response.statusCode ?? 0, body: text }));
      response.on('error', nothing);
    });
    asked.on('error', nothing).end(body);
  });
}

/** By the address in the URL, which is not the one where the server really is. */
function nameCheck({ hostname }: URL): NonNullable<RequestOptions['checkServerIdentity']> {
  return (_, { subjectaltname = '' }) => {
    const names = subjectaltname.split(', ').map((name) => name.replace(/^(IP Address|DNS):/, ''));
    return names.includes(hostname) ? undefined : new Error('no alternative certificate subject name matches');
  };
}

function explain({ code = '', message }: NodeJS.ErrnoException, { hostname }: URL): Answer {
  if (code in TLS_ERRORS) return failed(60, `SSL certificate problem: ${TLS_ERRORS[code]}`);
  if (message.startsWith('no alternative')) {
    return failed(60, `SSL: no alternative certificate subject name matches target host name '${hostname}'`);
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return failed(35, 'error:0A00010B:SSL routines::wrong version number');
  return failed(56, `Recv failure: ${code || message}`);
}
