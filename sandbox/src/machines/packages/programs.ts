import { build } from 'esbuild';

/** Where a machine has the node that runs the sandbox; the packages' programs run on it. */
export const NODE_ON_MACHINE = '/opt/sandbox/node';

const names = ['opensearch', 'opensearch-plugin', 'kong', 'nginx'] as const;

export type Programs = Readonly<Record<(typeof names)[number], string>>;

/** The stand-ins' programs, each as the text of one file for node. */
export async function bundlePrograms(): Promise<Programs> {
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(
      names.map((name) => [name, new URL(`programs/${name}.ts`, import.meta.url).pathname]),
    ),
    // Nothing is written: the folder only gives the outputs their names.
    outdir: '/',
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Packages written as CommonJS expect it.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const texts = outputFiles.map(({ path, text }) => [path.replace(/^.*\/|\.mjs$/g, ''), text]);
  return Object.fromEntries(texts) as Programs;
}
