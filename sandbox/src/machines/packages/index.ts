import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { buildDeb } from './deb.ts';
import { openKeyring } from './keyring.ts';
import { kongSource } from './kong.ts';
import { OPENSEARCH_VERSIONS, opensearchSource } from './opensearch.ts';
import { bundlePrograms } from './programs.ts';
import { makeRepository, type Served, sha256 } from './repository.ts';

/** The vendors' places on the machines' network. */
export interface VendorPackages {
  /** Environment of a control API whose hosts shall get their packages there. */
  settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const KEY = 'opensearch/opensearch-release.pgp';
const KONG = 'kong/kong.deb';

/**
 * Builds the stand-in packages in `directory` and serves them over HTTP on port 80 of `host`: OpenSearch as an apt repository
 * signed with a key made now, Kong as a file. The same repository signed by a key that nobody is told stands at
 * `opensearch/apt-of-a-stranger`.
 */
export async function serveVendorPackages(host: string, directory: string): Promise<VendorPackages> {
  await mkdir(directory, { recursive: true });
  const files = await makeAll(directory);
  const server = createServer(({ url = '' }, response) => {
    const bytes = files[url.slice(1)];
    response.writeHead(bytes ? 200 : 404, { 'content-length': bytes?.length ?? 0 }).end(bytes);
  });
  server.listen(80, host);
  await once(server, 'listening');
  const place = `http://${host}`;
  return {
    settings: {
      KONG_DEB_URL: `${place}/${KONG}`,
      KONG_DEB_SHA256: sha256(files[KONG] as Buffer),
      OPENSEARCH_APT_URL: `${place}/opensearch/apt`,
      OPENSEARCH_APT_KEY_URL: `${place}/${KEY}`,
      OPENSEARCH_APT_KEY_SHA256: sha256(files[KEY] as Buffer),
    },
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** Everything that is served, by path. */
async function makeAll(directory: string): Promise<Served> {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const programs = await bundlePrograms();
  const sources = OPENSEARCH_VERSIONS.map((version) => opensearchSource(version, architecture, programs));
  const [kong, ...opensearch] = await Promise.all([
    buildDeb(kongSource(architecture, programs), directory, false),
    ...sources.map((source) => buildDeb(source, directory, true)),
  ]);
  const keyring = await openKeyring(join(directory, 'keys'));
  try {
    const [own, strangers] = [await keyring.make('packages'), await keyring.make('stranger')];
    return {
      [KONG]: await readFile(kong),
      [KEY]: Buffer.from(own.publicKey),
      ...below('opensearch/apt', await makeRepository(opensearch, architecture, own)),
      ...below('opensearch/apt-of-a-stranger', await makeRepository(opensearch, architecture, strangers)),
    };
  } finally {
    await keyring.close();
  }
}

function below(folder: string, files: Served): Served {
  return Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${folder}/${path}`, bytes]));
}
