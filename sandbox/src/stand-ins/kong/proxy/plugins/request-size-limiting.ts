import type { Answer } from '../answers.ts';
import type { Exchange } from '../exchange.ts';
import type { Plugin } from './plugin.ts';

interface Config {
  allowed_payload_size?: number;
  size_unit?: 'megabytes' | 'kilobytes' | 'bytes';
  require_content_length?: boolean;
}

const UNITS = { bytes: 1, kilobytes: 1024, megabytes: 1024 ** 2 };

/** kong/plugins/request-size-limiting/handler.lua: how long a body may be. One of unknown length is read whole first. */
export const requestSizeLimiting: Plugin = {
  priority: 951,
  create({ allowed_payload_size = 128, size_unit = 'megabytes', require_content_length }: Config) {
    const limit = allowed_payload_size * UNITS[size_unit];
    return {
      async access(exchange): Promise<Answer | undefined> {
        const { 'content-length': length, 'transfer-encoding': encoding, expect = '' } = exchange.request.headers;
        const tooLong = { status: expect.trim().toLowerCase() === '100-continue' ? 417 : 413 };
        const answer = { ...tooLong, message: 'Request size limit exceeded' };
        if (length !== undefined) return Number(length) > limit ? answer : undefined;
        if (require_content_length && encoding !== 'chunked') {
          return { status: 411, message: 'A valid Content-Length header is required' };
        }
        if (encoding === undefined) return undefined;
        if (expect) exchange.response.writeContinue();
        return (await readUpTo(exchange, limit)) ? undefined : answer;
      },
    };
  },
};

/** False when there is more. */
async function readUpTo(exchange: Exchange, limit: number): Promise<boolean> {
  const { request, bytes } = exchange;
  const chunks: Buffer[] = [];
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    bytes.in += (chunk as Buffer).length;
    if (bytes.in > limit) return false;
  }
  exchange.body = Buffer.concat(chunks);
  return true;
}
