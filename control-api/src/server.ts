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
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
