import { copyFile, mkdir } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = new URL('.', import.meta.url);

/**
 * Bundles the control API into a folder below this repository: half the memory and a third of the start of the sources.
 * Left outside: what has native code, and Swagger UI, which serves files of its own package. Returns the program's path.
 */
export async function bundle(out: URL): Promise<string> {
  const program = new URL('server.mjs', out).pathname;
  await mkdir(out, { recursive: true });
  await build({
    entryPoints: [new URL('src/server.ts', here).pathname],
    outfile: program,
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
  return program;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await bundle(new URL('dist/', here));
