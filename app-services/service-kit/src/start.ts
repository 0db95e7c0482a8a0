import { setTimeout as delay } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import timing from '../../../deploy-manifests/timing.json' with { type: 'json' };
import type { Config } from './config.ts';
import type { Service } from './service.ts';

/** Longer than any request may take once the drain is over; whoever stops the service waits as long. */
const CLOSE_MS = timing.close_s * 1000;

/**
 * Listens until SIGTERM or SIGINT: then /ready answers 503 at once, requests are served for `drainMs` more, what is
 * under way ends, and `close` gives back what the service holds.
 */
export async function runService({ app, drain }: Service, config: Config, close: () => Promise<void>): Promise<void> {
  closeWithGrace({ delay: config.drainMs + CLOSE_MS, logger: app.log }, async ({ err }) => {
    if (err) app.log.fatal(err);
    drain();
    if (!err) await delay(config.drainMs);
    await app.close();
    await close();
  });
  await app.listen({ host: config.host, port: config.port });
}
