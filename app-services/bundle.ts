import { globSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { bundleProgram, gatherSqlite } from '../tools/bundle.ts';

const here = new URL('.', import.meta.url);
const services = globSync('*/src/server.ts', { cwd: here.pathname }).map((file) => file.slice(0, file.indexOf('/')));

// The folder to write to, below this repository; dist when it is left out. Then the services; all when none is named.
const [, , folder = new URL('dist', here).pathname, ...named] = process.argv;
const out = pathToFileURL(`${folder}/`);
for (const service of named.length > 0 ? named : services) await bundleService(service);
// The same in all images, and beside it the empty folder for data.
await rm(new URL('base/', out), { recursive: true, force: true });
await gatherSqlite(out);
await mkdir(new URL('data/', out), { recursive: true });

/** A service's part of its image: its contract, and in lib/ the program. */
async function bundleService(service: string): Promise<void> {
  const [source, target] = [new URL(`${service}/`, here), new URL(`${service}/`, out)];
  await rm(target, { recursive: true, force: true });
  // The contract is read as JSON, and nobody has installed the native variant of pg.
  const external = ['yaml', 'pg-native'];
  await bundleProgram({
    entry: new URL('src/server.ts', source),
    out: new URL('lib/', target),
    external,
    chunks: true,
  });
  const contract: unknown = parse(await readFile(new URL('openapi.yaml', source), 'utf8'));
  await writeFile(new URL('openapi.json', target), JSON.stringify(contract));
}
