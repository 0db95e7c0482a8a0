import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.ts';
import { loadConfig } from './config.ts';

try {
  const config = loadConfig(process.env);
  const app = await buildApp(config);
  await app.web.listen({ host: config.host, port: config.port }).catch(async (error) => {
    await app.close();
    throw error.code === 'EADDRINUSE' ? new Error(`${error.message}; set PORT to another one`) : error;
  });
  // Not before it listens: whoever starts this must learn by its exit code that it did not.
  closeWithGrace({ delay: 20_000, logger: false }, async ({ err, signal }) => {
    if (err) app.web.log.error(err, 'ending because of a defect');
    else app.web.log.info({ signal }, 'ending');
    await app.close();
  });
} catch (error) {
  const { message = String(error), hint } = error as { message?: string; hint?: string };
  process.stderr.write(`${message}\n${hint === undefined ? '' : `${hint}\n`}`);
  process.exitCode = 1;
}
