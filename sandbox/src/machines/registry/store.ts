import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Blob, BuiltImage } from './image.ts';

const layout = 'docker/registry/v2';

/** Whether there is anything in a repository. */
export function isStored(root: string, repository: string): boolean {
  return existsSync(join(root, layout, 'repositories', repository, '_manifests'));
}

/**
 * Puts an image where docker-registry keeps its own: the layout of its filesystem driver, version 2. Done when it returns,
 * whether the registry runs or not, and without a login.
 */
export function storeImage(root: string, repository: string, tag: string, { blobs, manifests }: BuiltImage): void {
  const base = join(root, layout);
  const own = join(base, 'repositories', repository);
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  const put = ({ digest, bytes }: Blob, links: string) => {
    const hex = digest.slice('sha256:'.length);
    write(join(base, 'blobs/sha256', hex.slice(0, 2), hex, 'data'), bytes);
    write(join(own, links, 'sha256', hex, 'link'), digest);
  };
  for (const blob of blobs) put(blob, '_layers');
  for (const manifest of manifests) put(manifest, '_manifests/revisions');
  const tagged = manifests.at(-1) as Blob;
  put(tagged, `_manifests/tags/${tag}/index`);
  write(join(own, `_manifests/tags/${tag}/current/link`), tagged.digest);
}
