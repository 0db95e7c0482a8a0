import { globSync } from 'node:fs';
import { copyFile, cp, mkdir, rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleProgram, gatherSqlite, notePackages } from '../tools/bundle.ts';

const here = new URL('.', import.meta.url);
const root = new URL('../', here);

// The folder to write to, below this repository; dist when it is left out.
const [, , folder = new URL('dist', here).pathname] = process.argv;
const out = pathToFileURL(`${folder}/`);
for (const old of ['lazy/', 'base/', 'packages/', 'stack/'])
  await rm(new URL(old, out), { recursive: true, force: true });
await mkdir(new URL('data/', out), { recursive: true });
// Swagger UI serves files of its own package. What only some calls load stays outside too: 6 MB less at the start.
const external = ['cpu-features', '@fastify/swagger-ui'];
await bundleProgram({ entry: new URL('src/server.ts', here), out, external, chunks: true });
await copyFile(new URL('src/host-runner.sh', here), new URL('host-runner.sh', out));
await gatherSqlite(out);
await gatherSwaggerUi(new URL('base/node_modules/@fastify/swagger-ui/', out));
await gatherStack(new URL('stack/', out));

/** Swagger UI without a tree of packages below it: its two files that look for others beside them keep their places. */
async function gatherSwaggerUi(target: URL): Promise<void> {
  const folder = 'node_modules/@fastify/swagger-ui/';
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(root),
    metafile: true,
    entryPoints: [`${folder}index.js`, `${folder}lib/routes.js`],
    outbase: folder,
    outdir: fileURLToPath(target),
    external: ['./lib/routes'],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
  });
  for (const part of ['LICENSE', 'package.json', 'static']) {
    await cp(new URL(`${folder}${part}`, root), new URL(part, target), { recursive: true });
  }
  await notePackages(metafile, new URL('packages/', out));
}

/** What is deployed where, as committed, and the contracts that the gateway's configuration is made of. */
async function gatherStack(target: URL): Promise<void> {
  const contracts = globSync('app-services/*/openapi.yaml', { cwd: root.pathname });
  for (const part of ['deploy-manifests', ...contracts]) {
    await cp(new URL(part, root), new URL(part, target), { recursive: true });
  }
}
