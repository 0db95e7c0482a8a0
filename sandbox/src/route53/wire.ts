import { randomUUID } from 'node:crypto';
import type { CloudReply, CloudService } from '../cloud-service.ts';
import type { Settings } from '../settings.ts';
import { accessDenied, Route53Error, serviceFault, throttled } from './errors.ts';
import type { Route53 } from './route53.ts';
import { isRoute53, route53Call } from './urls.ts';
import { writeXml } from './xml.ts';

/** Route 53 as it is spoken to: REST with XML. */
export function route53Service(route53: Route53, settings: Settings): CloudService {
  const { unknownAccessKeyIds, refusedAccessKeyIds } = settings;
  return {
    matches: isRoute53,
    operation: (request) => route53Call(request, unknownAccessKeyIds).operation,
    async answer(request) {
      const { operation, id, accessKeyId } = route53Call(request, unknownAccessKeyIds);
      if (refusedAccessKeyIds.includes(accessKeyId)) throw accessDenied(operation);
      const asked = { id, query: request.url.searchParams, body: request.body };
      const { status = 200, location, root, content } = route53.answer(operation, asked);
      return reply(status, writeXml(root, content), location === undefined ? {} : { location });
    },
    failure(error) {
      const known = error instanceof Route53Error ? error : serviceFault();
      if (known !== error) process.emitWarning(error as Error);
      const Type = known.status >= 500 ? 'Receiver' : 'Sender';
      const Error_ = { Type, Code: known.code, Message: known.message };
      return reply(known.status, writeXml('ErrorResponse', { Error: Error_, RequestId: randomUUID() }));
    },
    played: (fault, operation) =>
      ({ throttled, service_error: serviceFault, access_denied: () => accessDenied(operation) })[fault](),
    clear: async () => route53.clear(),
  };
}

function reply(status: number, body: string, headers: Record<string, string> = {}): CloudReply {
  return { status, headers: { 'content-type': 'text/xml', ...headers }, body };
}
