import { posix } from 'node:path';
import type { FileState, MachineState } from './state.ts';

/** What a program says of a file, in the C library's words. */
export class FileError extends Error {
  /** The one that is in the way, where that is not the file itself. */
  readonly path: string | undefined;

  constructor(message: string, path?: string) {
    super(message);
    this.path = path;
  }
}

export const NO_SPACE = 'No space left on device';

export type Files = ReturnType<typeof createFiles>;

interface Options {
  state: Pick<MachineState, 'files' | 'directories'>;
  /** Files made by the kernel: read anew each time, never written. */
  kernel: Readonly<Record<string, () => string>>;
  freeBytes(): number;
}

/** A file system without links and times. Paths are absolute. */
export function createFiles({ state, kernel, freeBytes }: Options) {
  const { files, directories } = state;
  const isDirectory = (path: string) => path === '/' || directories[path] === true;

  function makeDirectories(path: string, last = true): void {
    if (isDirectory(path)) return;
    if (files[path]) throw new FileError(last ? 'File exists' : 'Not a directory', path);
    makeDirectories(posix.dirname(path), false);
    directories[path] = true;
  }

  function put(path: string, file: FileState): void {
    if (isDirectory(path)) throw new FileError('Is a directory');
    if (!isDirectory(posix.dirname(path))) throw new FileError('No such file or directory');
    if (sizeOf(file) - sizeOf(files[path]) > freeBytes()) throw new FileError(NO_SPACE);
    files[path] = file;
  }

  return {
    isDirectory,
    /** Throws a FileError. */
    makeDirectories: (path: string) => makeDirectories(path),
    exists: (path: string) => isDirectory(path) || path in files || path in kernel,
    /** Throws a FileError. */
    read(path: string): string {
      if (isDirectory(path)) throw new FileError('Is a directory');
      const text = kernel[path]?.() ?? files[path]?.text;
      if (text === undefined) throw new FileError('No such file or directory');
      return text;
    },
    find: (path: string): FileState | undefined => files[path],
    /** As root's, whoever had it before. Throws a FileError. */
    write: (path: string, text: string, mode: string) => put(path, { text, mode }),
    /** Whether this user may read it; undefined where there is none. */
    readableBy(user: string, path: string): boolean | undefined {
      const file = files[path];
      return file && (user === 'root' || mayRead(file, user));
    },
    /** Names in a directory, in byte order. Throws a FileError. */
    list(path: string): string[] {
      if (!isDirectory(path)) throw new FileError(files[path] ? 'Not a directory' : 'No such file or directory');
      const inside = [...Object.keys(files), ...Object.keys(directories)].filter((one) => posix.dirname(one) === path);
      return inside.map((one) => posix.basename(one)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    },
    /** A file of this size whose content nobody reads. Throws a FileError. */
    allocate: (path: string, bytes: number) => put(path, { text: '', mode: files[path]?.mode ?? '644', bytes }),
    remove(path: string): void {
      if (isDirectory(path)) throw new FileError('Is a directory');
      delete files[path];
    },
    removeDirectory(path: string): void {
      for (const all of [files, directories]) {
        for (const one of Object.keys(all)) if (one === path || one.startsWith(`${path}/`)) delete all[one];
      }
    },
    /** Paths of the files below a directory, in byte order, `levels` deep. */
    below(path: string, levels: number): string[] {
      const depth = path.split('/').length + levels;
      const inside = Object.keys(files).filter((one) => one.startsWith(`${path}/`) && one.split('/').length === depth);
      return inside.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    },
    usedBytes: () => Object.values(files).reduce((sum, file) => sum + sizeOf(file), 0),
  };
}

function mayRead({ owner = 'root:root', mode }: FileState, user: string): boolean {
  const [who, group] = owner.split(':');
  const [own = 0, groups = 0, others = 0] = [...mode.padStart(3, '0').slice(-3)].map(Number);
  return ((who === user ? own : group === user ? groups : others) & 4) !== 0;
}

function sizeOf(file: FileState | undefined): number {
  return file ? (file.bytes ?? Buffer.byteLength(file.text)) : 0;
}
