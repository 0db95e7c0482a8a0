import { globSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { bundleProgram } from '../tools/bundle.ts';

const here = new URL('.', import.meta.url);
const services = globSync('*/src/server.ts', { cwd: here.pathname }).map((file) => file.slice(0, file.indexOf('/')));

// The folder to write to, below this repository; dist when it is left out. Then the services; all when none is named.
const [, , folder = new URL('dist', here).pathname, ...named] = process.argv;
const out = pathToFileURL(`${folder}/`);
for (const service of named.length > 0 ? named : services) await bundleService(service);
await gatherBase();

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

/** What is the same in all images: SQLite, as it comes for Linux, and the empty folder for data. */
async function gatherBase(): Promise<void> {
  await mkdir(new URL('data/', out), { recursive: true });
  const source = new URL('../node_modules/better-sqlite3/', here);
  const target = new URL('base/node_modules/better-sqlite3/', out);
  await rm(target, { recursive: true, force: true });
  for (const part of ['LICENSE', 'package.json', 'lib', 'prebuilds/linux-x64.node', 'prebuilds/linux-arm64.node']) {
    await cp(new URL(part, source), new URL(part, target), { recursive: true });
  }
}
