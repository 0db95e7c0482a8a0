import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Container } from './state.ts';

/** What containers write is real: folders of this machine below one of the host's own. */
export type Storage = ReturnType<typeof createStorage>;

export function createStorage(folder: string) {
  const layer = (id: string) => join(folder, 'containers', id);
  const namesFile = (id: string) => join(layer(id), 'names.json');
  return {
    /** The real folder behind a container's: of the volume that is mounted there, else of the container itself. */
    folderOf({ id, mounts }: Pick<Container, 'id' | 'mounts'>, path: string): string {
      const found = mounts
        .filter((mount) => `${path}/`.startsWith(`${mount.path.replace(/\/$/, '')}/`))
        .sort((a, b) => b.path.length - a.path.length)[0];
      const real = found
        ? join(folder, 'volumes', found.volume, path.slice(found.path.length))
        : join(layer(id), 'files', path);
      mkdirSync(real, { recursive: true });
      return real;
    },
    /** The addresses of others by the names that a container knows, in a file that its processes read at each look-up. */
    namesFile,
    writeNames(id: string, names: Readonly<Record<string, string>>): void {
      const file = namesFile(id);
      const text = JSON.stringify(names);
      if (read(file) === text) return;
      mkdirSync(layer(id), { recursive: true });
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    },
    removeLayer: (id: string) => rmSync(layer(id), { recursive: true, force: true }),
  };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
