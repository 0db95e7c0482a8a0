import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { DestinationStream } from 'pino';
import type { Config } from './config.ts';
import { type RouteOptions, registerOpenRoutes, registerRoutes } from './routes/index.ts';
import { requireToken } from './web/auth.ts';
import { defendFromBrowsers } from './web/browser-defences.ts';
import { answerError, handleErrors } from './web/errors.ts';
import { logging } from './web/logging.ts';
import type { Metrics } from './web/metrics.ts';
import { describeRoutes, serveDocs } from './web/openapi.ts';
import { refuseWhenClosing } from './web/shutdown.ts';
import { validatorCompiler } from './web/validation.ts';

export interface WebDependencies extends Pick<RouteOptions, 'operations' | 'journal' | 'reads'> {
  config: Pick<Config, 'host' | 'allowedHosts' | 'token' | 'syncLimitS' | 'logLevel'>;
  metrics: Pick<Metrics, 'registry' | 'observe'>;
  /** Shown in the OpenAPI document. */
  version: string;
  /** Where log lines go; stdout when it is not given. */
  logStream?: DestinationStream;
}

const BODY_LIMIT = 1024 * 1024;

/** Within which a whole request must have come in; its answer may take longer. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * The HTTP side of the control API, to listen or to be injected into. Closing it refuses new calls and ends event streams,
 * but waits for calls under way: a preClose hook of the caller's interrupts their operations.
 */
export async function buildWeb(dependencies: WebDependencies): Promise<FastifyInstance> {
  const { config, metrics, version, logStream } = dependencies;
  const app = Fastify({
    ...logging(config.logLevel, logStream),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    frameworkErrors: answerError,
  });
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  metrics.observe(app);
  handleErrors(app);
  const closing = refuseWhenClosing(app);
  defendFromBrowsers(app, config);
  await describeRoutes(app, version);
  await serveDocs(app);
  registerOpenRoutes(app);
  app.register(async (guarded) => {
    await requireToken(guarded, config.token);
    registerRoutes(guarded, {
      ...dependencies,
      closing,
      registry: metrics.registry,
      syncLimitS: config.syncLimitS,
      actor: config.token ? 'token' : 'local',
    });
  });
  return app;
}
