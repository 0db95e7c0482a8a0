import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

const root = new URL('../', import.meta.url);

export interface BundleOptions {
  /** The program's first file. */
  entry: URL;
  /** Folder for server.mjs, for packages/ with what it is made of and, when `chunks`, for what it loads only when needed, in lazy/. */
  out: URL;
  /** Packages that stay outside, beside those with native code. */
  external?: readonly string[];
  /** Whether what is imported on demand becomes a file of its own. */
  chunks?: boolean;
}

/** Packages written as CommonJS expect these. */
const banner = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { dirname as __dirnameOf } from 'node:path';",
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __fileURLToPath(import.meta.url);',
  'const __dirname = __dirnameOf(__filename);',
].join('\n');

/** Bundles a program of this repository into server.mjs: half the memory and a third of the start of the sources. */
export async function bundleProgram({ entry, out, external = [], chunks = false }: BundleOptions): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(root),
    metafile: true,
    entryPoints: { server: entry.pathname },
    outdir: out.pathname,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'lazy/[name]-[hash]',
    bundle: true,
    splitting: chunks,
    // A chunk made of CommonJS would export its default only, so ES modules where a package has them.
    mainFields: ['module', 'main'],
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    external: ['better-sqlite3', '*.node', ...external],
    banner: { js: banner },
  });
  await notePackages(metafile, new URL('packages/', out));
}

/**
 * The packages in a bundle: name, version and licence of each in a package.json, which is what programs look for that list an
 * image's contents (Syft, Trivy), and the notices that their licences want to go with every copy. The bundle was made from the
 * root of this repository.
 */
export async function notePackages({ inputs }: Metafile, folder: URL): Promise<void> {
  const found = Object.keys(inputs).flatMap(
    (file) => /^(?!\()(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(file) ?? [],
  );
  for (const path of new Set(found)) {
    const source = new URL(path, root);
    const { name, version, license } = JSON.parse(await readFile(new URL('package.json', source), 'utf8'));
    const target = new URL(`${name}-${version}/`, folder);
    await mkdir(target, { recursive: true });
    await writeFile(new URL('package.json', target), JSON.stringify({ name, version, license }));
    const notices = (await readdir(source)).filter((file) => /^(licen[cs]e|copying|notice)(\.\w+)?$/i.test(file));
    for (const notice of notices) await cp(new URL(notice, source), new URL(notice, target));
  }
}

/** SQLite, whose native code is in no bundle, as it comes for Linux: into base/ of `out`, which is /app of an image. */
export async function gatherSqlite(out: URL): Promise<void> {
  const folder = 'node_modules/better-sqlite3/';
  const [source, target] = [new URL(folder, root), new URL(`base/${folder}`, out)];
  for (const part of ['LICENSE', 'package.json', 'lib', 'prebuilds/linux-x64.node', 'prebuilds/linux-arm64.node']) {
    await cp(new URL(part, source), new URL(part, target), { recursive: true });
  }
}
