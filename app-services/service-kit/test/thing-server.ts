// A service whose answers take as long as their request says, and that can delete nothing: start.test.ts runs it.
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../src/config.ts';
import { buildService } from '../src/service.ts';
import { runService } from '../src/start.ts';
import { things } from './things.ts';

const config = loadConfig(process.env);
const service = buildService({
  config,
  spec: things(),
  handlers: {
    makeThing: async ({ body }) => ({ status: 201, body }),
    listThings: async ({ query }) => {
      await delay(query.limit);
      return { status: 200, body: query };
    },
    deleteThing: async () => {
      throw new Error('broken on purpose');
    },
  },
  check: async () => undefined,
  peers: [{ name: 'store', state: () => 'not set' }],
});
await runService(service, config, async () => {
  process.stdout.write('closed\n');
});
