import { copyFile, mkdir } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = new URL('.', import.meta.url);

// The folder to write to, below this repository; dist when it is left out.
const [, , folder = new URL('dist', here).pathname] = process.argv;
await bundle(pathToFileURL(`${folder}/`));

/**
 * Bundles the control API into server.mjs: half the memory and a third of the start of the sources. Left outside: what has
 * native code, and Swagger UI, which serves files of its own package.
 */
async function bundle(out: URL): Promise<void> {
  await mkdir(out, { recursive: true });
  await build({
    entryPoints: [new URL('src/server.ts', here).pathname],
    outfile: new URL('server.mjs', out).pathname,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    external: ['better-sqlite3', 'cpu-features', '*.node', '@fastify/swagger-ui'],
    banner: {
      // Packages written as CommonJS expect these.
      js: [
        "import { createRequire as __createRequire } from 'node:module';",
        "import { dirname as __dirnameOf } from 'node:path';",
        "import { fileURLToPath as __fileURLToPath } from 'node:url';",
        'const require = __createRequire(import.meta.url);',
        'const __filename = __fileURLToPath(import.meta.url);',
        'const __dirname = __dirnameOf(__filename);',
      ].join('\n'),
    },
  });
  await copyFile(new URL('src/host-runner.sh', here), new URL('host-runner.sh', out));
}
