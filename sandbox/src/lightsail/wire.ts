import type { CloudReply, CloudService } from '../cloud-service.ts';
import type { Settings } from '../settings.ts';
import { accessDenied, LightsailError, serviceFault, throttled } from './errors.ts';
import type { Lightsail } from './lightsail.ts';
import { isLightsail, lightsailCall } from './urls.ts';

/** Lightsail as it is spoken to: AWS JSON 1.1. */
export function lightsailService(lightsail: Lightsail, settings: Settings): CloudService {
  const { unknownAccessKeyIds, refusedAccessKeyIds } = settings;
  return {
    matches: ({ headers }) => isLightsail(headers),
    operation: ({ headers }) => lightsailCall(headers, unknownAccessKeyIds).operation,
    async answer({ headers, body }) {
      const { operation, region, accessKeyId } = lightsailCall(headers, unknownAccessKeyIds);
      if (refusedAccessKeyIds.includes(accessKeyId)) throw accessDenied(operation);
      return reply(200, await lightsail.answer(operation, region, body));
    },
    failure(error) {
      const known = error instanceof LightsailError ? error : serviceFault();
      if (known !== error) process.emitWarning(error as Error);
      return reply(known.status, known.body());
    },
    played: (fault, operation) =>
      ({ throttled, service_error: serviceFault, access_denied: () => accessDenied(operation) })[fault](),
    clear: lightsail.clear,
  };
}

function reply(status: number, body: object): CloudReply {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(body) };
}
