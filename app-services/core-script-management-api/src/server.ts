import { loadConfig, runService } from '@fountainai/service-kit';
import { buildApp } from './app.ts';

const config = loadConfig(process.env);
const { close, ...service } = await buildApp(config);
await runService(service, config, close);
