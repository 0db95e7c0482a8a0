import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const root = new URL('../../app-services/', import.meta.url);
const head = '// Generated from openapi.yaml by `npm run generate`: change that, not this.\n';

/** The types of every contract, by the file that they belong into. */
export async function generateAll(): Promise<Map<URL, string>> {
  const specs = globSync('*/openapi.yaml', { cwd: root.pathname }).sort();
  const made = await Promise.all(
    specs.map(async (spec) => {
      const types = astToString(await openapiTS(new URL(spec, root), { alphabetize: false }));
      return [new URL('src/contract.ts', new URL(spec, root)), head + types] as const;
    }),
  );
  return new Map(made);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [file, types] of await generateAll()) {
    const before = await readFile(file, 'utf8').catch(() => '');
    if (before !== types) await writeFile(file, types);
    process.stdout.write(
      `${before === types ? 'unchanged' : 'written'}  ${file.pathname.slice(root.pathname.length)}\n`,
    );
  }
}
