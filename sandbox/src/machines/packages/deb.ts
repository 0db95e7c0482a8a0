import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { run } from '../run.ts';

/** A Debian package as it is made from. Paths are those on the machine, from `/`. */
export interface DebSource {
  name: string;
  version: string;
  description: string;
  /** Debian's name of it, e.g. `amd64`. */
  architecture: string;
  depends: readonly string[];
  /** Folder with `tree`, what the package puts on a machine, and `control`, its scripts. */
  folder: string;
  /** What is not in `tree`: files by path, folders that are empty, and links by path. */
  files: Readonly<Record<string, string>>;
  folders: readonly string[];
  links: Readonly<Record<string, string>>;
}

/** Has dpkg-deb build the package in `directory`; gives the file's path. What it has in /etc are its conffiles if `keepsEtc`. */
export async function buildDeb(source: DebSource, directory: string, keepsEtc: boolean): Promise<string> {
  const { name, version, architecture, folder } = source;
  const root = await mkdtemp(join(directory, `${name}-`));
  try {
    await cp(join(folder, 'tree'), root, { recursive: true });
    await cp(join(folder, 'control'), join(root, 'DEBIAN'), { recursive: true });
    await addRest(root, source);
    const conffiles = keepsEtc ? await filesIn(join(root, 'etc'), root) : [];
    await writeFile(join(root, 'DEBIAN/control'), controlOf(source));
    await writeFile(join(root, 'DEBIAN/conffiles'), conffiles.map((path) => `${path}\n`).join(''));
    // mkdtemp made it for its owner alone; the package says what `/` looks like.
    await chmod(root, 0o755);
    const file = join(directory, `${name}_${version}_${architecture}.deb`);
    await run('dpkg-deb', ['--root-owner-group', '-Znone', '--build', root, file]);
    return file;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function addRest(root: string, { files, folders, links }: DebSource): Promise<void> {
  for (const path of folders) await mkdir(join(root, path), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await symlink(target, join(root, path));
  }
}

function controlOf({ name, version, description, architecture, depends }: DebSource): string {
  const fields = {
    Package: name,
    Version: version,
    Architecture: architecture,
    Maintainer: 'the sandbox <sandbox@sandbox.internal>',
    ...(depends.length > 0 ? { Depends: depends.join(', ') } : {}),
    Description: description,
  };
  return Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

async function filesIn(folder: string, root: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => `/${relative(root, join(entry.parentPath, entry.name))}`)
    .sort();
}
