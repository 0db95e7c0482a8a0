import { VENDOR_KEY, vendorHosts } from '../vendors.ts';
import type { Files } from './files.ts';

/** An archive that apt may read, as one of the files of its sources names it. */
export interface Archive {
  /** As packages name theirs. */
  name: string;
  url: string;
  suite: string;
  /** Why apt does not take what it says. */
  problem?: { kind: 'unreachable' | 'unsigned'; text: string };
}

const SOURCES = '/etc/apt/sources.list.d';
const OPENSEARCH = /^https:\/\/artifacts\.opensearch\.org\/releases\/bundle\/opensearch\/([23])\.x\/apt\/?$/;
const NO_KEY =
  "The following signatures couldn't be verified because the public key is not available: NO_PUBKEY A8B2D9E04CD5107E";

/** OpenSearch's vendor has an archive for each major version. */
export function archiveOf(archive: string, version: string): string {
  return archive === 'opensearch' ? `opensearch ${version.split('.')[0]}.x` : archive;
}

/** The archives of a host's deb822 sources beside the system's own, all or those of one file. */
export function archivesIn(files: Files, only?: string): Archive[] {
  const paths = only ? [only] : files.below(SOURCES, 1).filter((path) => path.endsWith('.sources'));
  return paths.flatMap((path) => readSource(files, path));
}

function readSource(files: Files, path: string): Archive[] {
  const text = files.find(path)?.text ?? '';
  const key = files.find(field(text, 'Signed-By') ?? '')?.text;
  const url = field(text, 'URIs');
  const suite = field(text, 'Suites') ?? '';
  if (path === `${SOURCES}/docker.sources`) return readDocker(files, url);
  if (!url) return [];
  const names = namesOf(url);
  if (names.length === 0) {
    return [
      { name: '', url, suite, problem: { kind: 'unreachable', text: `Could not resolve '${new URL(url).hostname}'` } },
    ];
  }
  const isSigned = key === VENDOR_KEY;
  const problem = { kind: 'unsigned' as const, text: `GPG error: ${releaseOf(url, suite)}: ${NO_KEY}` };
  return names.map((name) => ({ name, url, suite, ...(isSigned ? {} : { problem }) }));
}

/** It counts once the key that signs it is there. */
function readDocker(files: Files, url = 'https://download.docker.com/linux'): Archive[] {
  const isSigned = files.find('/etc/apt/keyrings/docker.asc')?.text.includes('PGP PUBLIC KEY');
  return isSigned ? [{ name: 'docker', url, suite: '' }] : [];
}

/** How apt calls the file that says what there is. */
export function releaseOf(url: string, suite: string): string {
  return `${url.replace(/\/$/, '')} ${suite} InRelease`;
}

/** The vendor's own addresses hold one major version each, the sandbox's all of them. */
function namesOf(url: string): string[] {
  const line = OPENSEARCH.exec(url)?.[1];
  if (line) return [`opensearch ${line}.x`];
  return url.replace(/\/$/, '') === vendorHosts.opensearchApt ? ['opensearch 3.x', 'opensearch 2.x'] : [];
}

function field(text: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(\\S+)`, 'm').exec(text)?.[1];
}
