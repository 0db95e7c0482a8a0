import type { CloudReply, CloudService } from '../cloud-service.ts';
import { AcmeError, rateLimited, rejectedIdentifier, serverInternal } from './errors.ts';
import { type Nonces, readJws } from './jws.ts';
import { emptyAcmeState, newId } from './models.ts';
import { directoryView } from './render.ts';
import { type AcmeOptions, acmeResponses } from './responses.ts';
import { acmeCall, isAcme } from './urls.ts';

/** An ACME directory as it is spoken to: signed JSON, each request with a nonce that an answer gave. */
export function acmeService(options: AcmeOptions): CloudService {
  const { state } = options;
  const responses = acmeResponses(options);
  const nonces: Nonces = new Set();
  const reply = (status: number, body: object | string, headers: Record<string, string> = {}): CloudReply => {
    const nonce = newId();
    nonces.add(nonce);
    const type = typeof body === 'string' ? 'application/pem-certificate-chain' : 'application/json';
    return {
      status,
      headers: { 'content-type': type, 'replay-nonce': nonce, 'cache-control': 'no-store', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    };
  };

  return {
    matches: isAcme,
    operation: (request) => acmeCall(request).operation,
    async answer(request) {
      const { operation, id, base } = acmeCall(request);
      if (operation === 'directory') return reply(200, directoryView(base));
      if (operation === 'root') return reply(200, await responses.root());
      if (operation === 'newNonce') return reply(request.method === 'HEAD' ? 200 : 204, '');
      const url = `${base}${request.url.pathname.slice('/acme'.length)}`;
      const signed = readJws(request.body, url, state, nonces);
      const { status = 200, location, body } = await responses.answer(operation, { id, base, signed });
      return reply(status, body, location === undefined ? {} : { location });
    },
    failure(error) {
      const known = error instanceof AcmeError ? error : serverInternal();
      if (known !== error) process.emitWarning(error as Error);
      const { problem, headers } = known;
      return reply(problem.status, problem, { 'content-type': 'application/problem+json', ...headers });
    },
    played: (fault) =>
      ({
        throttled: rateLimited,
        service_error: serverInternal,
        access_denied: () => rejectedIdentifier('The ACME server refuses to issue a certificate for this domain name'),
      })[fault](),
    clear: async () => void Object.assign(state, emptyAcmeState()),
  };
}
