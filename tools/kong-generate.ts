import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { generateKong } from '../control-api/src/recipes/kong/generate/generate.ts';
import { createManifests } from '../control-api/src/services/manifests.ts';

const root = new URL('../', import.meta.url);
const file = new URL('kong/kong.yml', root);

/** What kong/kong.yml is to be: for apps on Kong's own host, without consumers and certificates. */
export async function committedKong(): Promise<string> {
  const at = (folder: string) => new URL(folder, root).pathname;
  const stack = await createManifests({ stackDir: at('deploy-manifests'), specsDir: at('app-services') }).read();
  return generateKong({ stack, consumers: [], certificates: [], appsIp: '127.0.0.1' });
}

/** Writes the file, or with --check only says whether it is as it would be written. The exit code. */
async function main(check: boolean): Promise<number> {
  const next = await committedKong();
  const isStale = next !== (await readFile(file, 'utf8').catch(() => ''));
  if (isStale && !check) await writeFile(file, next);
  const said = isStale ? (check ? 'is stale: npm run kong:generate' : 'written') : 'unchanged';
  process.stdout.write(`kong/kong.yml ${said}\n`);
  return isStale && check ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await main(process.argv.includes('--check')).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    return 1;
  });
}
