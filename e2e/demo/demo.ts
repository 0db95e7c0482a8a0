import { parseArgs } from 'node:util';
import { pushStoryImages } from '../story-images.ts';
import { rollOut } from './rollout.ts';
import { startSandboxProcess } from './sandbox-process.ts';
import { createStage, say } from './stage.ts';

const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, machines: { type: 'boolean', default: false } },
});

say('Starting a local cloud and the control API …');
const started = performance.now();
const ports = values.once ? { port: 0, lightsailPort: 0 } : { port: 8000, lightsailPort: 4566 };
const sandbox = await startSandboxProcess({ ...ports, machines: values.machines });
process.once('SIGINT', () => void sandbox.stop());
process.once('SIGTERM', () => void sandbox.stop());

try {
  if (sandbox.pushTo) {
    say('Building the images of the story services …');
    await pushStoryImages(sandbox.pushTo);
  }
  const stage = createStage(sandbox.baseUrl);
  await rollOut(stage, sandbox);
  const seconds = Math.round((performance.now() - started) / 1000);
  say(
    '\nEverything held: planned, done, repeated unchanged, cut and finished; a story written and read over TLS with a key,',
  );
  say('and a service replaced and rolled back while it was read.');
  say(`It took ${seconds} s; the control API, run from its sources, now has ${await stage.residentMb()} MB of memory.`);
  if (values.once) {
    await sandbox.stop();
  } else {
    say(`It stays up: every call with examples is at ${sandbox.baseUrl}/docs. Ctrl-C ends it.`);
    await sandbox.ended;
  }
} catch (error) {
  say(`\nIt did not hold: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
  await sandbox.stop();
}
