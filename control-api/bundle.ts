import { copyFile, mkdir, rm } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { bundleProgram } from '../tools/bundle.ts';

const here = new URL('.', import.meta.url);

// The folder to write to, below this repository; dist when it is left out.
const [, , folder = new URL('dist', here).pathname] = process.argv;
const out = pathToFileURL(`${folder}/`);
await rm(new URL('lazy/', out), { recursive: true, force: true });
await mkdir(out, { recursive: true });
// Swagger UI serves files of its own package. What only some calls load stays outside too: 6 MB less at the start.
const external = ['cpu-features', '@fastify/swagger-ui'];
await bundleProgram({ entry: new URL('src/server.ts', here), out, external, chunks: true });
await copyFile(new URL('src/host-runner.sh', here), new URL('host-runner.sh', out));
