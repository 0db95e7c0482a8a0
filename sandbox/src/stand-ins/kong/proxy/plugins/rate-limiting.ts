import type { Answer } from '../answers.ts';
import type { Exchange } from '../exchange.ts';
import { only, type Plugin } from './plugin.ts';

interface Config {
  second?: number;
  minute?: number;
  hour?: number;
  day?: number;
  month?: number;
  year?: number;
  limit_by?: 'consumer' | 'credential' | 'ip' | 'service' | 'header' | 'path';
  header_name?: string;
  path?: string;
  hide_client_headers?: boolean;
  error_code?: number;
  error_message?: string;
}

/** In seconds: kong/plugins/rate-limiting/expiration.lua. */
const PERIODS = { second: 1, minute: 60, hour: 3600, day: 86_400, month: 2_592_000, year: 31_536_000 } as const;
type Period = keyof typeof PERIODS;
const NAMES = Object.keys(PERIODS) as Period[];

/** kong/plugins/rate-limiting/handler.lua with the policy `local`: how often someone may ask in a period of the clock. */
export const rateLimiting: Plugin = {
  priority: 910,
  unserved: (config) => only(config, { policy: ['local'], redis: [], sync_rate: [-1] }),
  create(config: Config, { entry, memory: { counters } }) {
    const limits = NAMES.flatMap((period) => (config[period] === undefined ? [] : [{ period, limit: config[period] }]));
    return {
      access(exchange): Answer | undefined {
        const now = Date.now();
        const usage = limits.map(({ period, limit }) => {
          const start = startOf(period, now);
          const key = ['limit', entry.route, entry.service, whoOf(exchange, config), start, period].join(':');
          return { period, limit, start, key, left: limit - counters.used(key, now) };
        });
        const stop = usage.findLast(({ left }) => left <= 0)?.period;
        const told = usage.map((one) => ({
          ...one,
          left: Math.max(0, one.left - (stop && stop !== one.period ? 0 : 1)),
        }));
        const reset = config.hide_client_headers ? undefined : tell(exchange, told, now);
        if (stop) {
          const headers = reset === undefined ? {} : { 'Retry-After': String(reset) };
          const { error_code: status = 429, error_message: message = 'API rate limit exceeded' } = config;
          return { status, message, headers };
        }
        for (const { key, period } of usage) counters.add(key, now + PERIODS[period] * 1000);
        return undefined;
      },
    };
  },
};

function whoOf(exchange: Exchange, { limit_by = 'consumer', header_name = '', path }: Config): string {
  const { consumer, credential, clientIp, route, request } = exchange;
  const named = {
    ...{ consumer: consumer?.id, credential: credential?.id, service: route?.service?.id, ip: undefined },
    header: request.headers[header_name.toLowerCase()]?.toString(),
    path: exchange.path === path ? path : undefined,
  };
  return named[limit_by] ?? clientIp;
}

/** When the period began, by the clock of UTC: kong/tools/timestamp.lua. */
function startOf(period: Period, now: number): number {
  const date = new Date(now);
  if (period === 'year') return Date.UTC(date.getUTCFullYear(), 0);
  if (period === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  return now - (now % (PERIODS[period] * 1000));
}

interface Told {
  period: Period;
  limit: number;
  start: number;
  left: number;
}

/** Puts the limits on the answer; gives the seconds until the nearest one begins anew. */
function tell({ response }: Exchange, told: readonly Told[], now: number): number {
  for (const { period, limit, left } of told) {
    const name = period.replace(/^./, (letter) => letter.toUpperCase());
    response.setHeader(`X-RateLimit-Limit-${name}`, limit);
    response.setHeader(`X-RateLimit-Remaining-${name}`, left);
  }
  // The one of which the least is left; of those with as little, the longest.
  const [nearest] = [...told].sort((a, b) => a.left - b.left || PERIODS[b.period] - PERIODS[a.period]);
  if (!nearest) return 1;
  const reset = Math.max(1, PERIODS[nearest.period] - Math.floor((now - nearest.start) / 1000));
  response.setHeader('RateLimit-Limit', nearest.limit);
  response.setHeader('RateLimit-Remaining', nearest.left);
  response.setHeader('RateLimit-Reset', reset);
  return reset;
}
