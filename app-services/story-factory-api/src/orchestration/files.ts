import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FullStory } from '../story.ts';
import { type Orchestration, orchestrate } from './orchestrate.ts';
import { stampOf } from './stamp.ts';

const mediaTypes = {
  csd: 'text/x-csound-csd; charset=utf-8',
  ly: 'text/x-lilypond; charset=utf-8',
  mid: 'audio/midi',
} as const;

const fileName = /^story-\d{1,16}-[0-9a-f]{32}\.(csd|ly|mid)$/;
const pieceBytes = 64 * 1024;
const defaultMostBytes = 256 * 1024 * 1024;
const hour = 3_600_000;

interface MusicFile {
  mediaType: (typeof mediaTypes)[keyof typeof mediaTypes];
  bytes: number;
  content: Readable;
}

/**
 * The music files of stories, in a folder that it makes. Each is named after its content and put there whole or not at all; two
 * processes may share the folder. Over `mostBytes` (about: it is looked at as files are made) those longest not asked for go, and
 * asking for their story makes them again.
 */
export function keepFiles(folder: string, { mostBytes = defaultMostBytes } = {}) {
  const underWay = new Map<string, Promise<void>>();
  let madeSinceLook = Number.POSITIVE_INFINITY;

  /** Makes the story's files unless they are there, and answers their paths below /files. Rejects when they cannot be written. */
  async function keep(story: FullStory) {
    const name = `story-${story.scriptId}-${stampOf(story)}`;
    // The same story asked for twice at once is made once.
    const making = underWay.get(name) ?? make(name, story).finally(() => underWay.delete(name));
    underWay.set(name, making);
    await making;
    const path = (extension: keyof Orchestration) => `/files/${name}.${extension}`;
    return { csoundFilePath: path('csd'), lilyPondFilePath: path('ly'), midiFilePath: path('mid') };
  }

  async function make(name: string, story: FullStory): Promise<void> {
    const paths = (['csd', 'ly', 'mid'] as const).map(
      (extension) => [extension, join(folder, `${name}.${extension}`)] as const,
    );
    const there = await Promise.all(paths.map(([, path]) => touch(path)));
    if (there.every(Boolean)) return;
    await mkdir(folder, { recursive: true });
    const music = orchestrate(story);
    for (const [extension, path] of paths) madeSinceLook += await writeWhole(path, music[extension]);
    // Not for each story: a look costs a call for each file that is kept.
    if (madeSinceLook < mostBytes / 16) return;
    madeSinceLook = 0;
    await makeRoom(folder, mostBytes, name);
  }

  /** A kept file by its name; undefined for any other name. Its content must be read or destroyed. */
  async function read(name: string): Promise<MusicFile | undefined> {
    const extension = fileName.exec(name)?.[1] as keyof Orchestration | undefined;
    if (!extension) return undefined;
    const file = await open(join(folder, name)).catch(absent);
    if (!file) return undefined;
    const { size } = await file.stat();
    return { mediaType: mediaTypes[extension], bytes: size, content: file.createReadStream() };
  }

  return { keep, read };
}

/** Marks a file as asked for; false when it is not there. */
async function touch(path: string): Promise<boolean> {
  const now = new Date();
  return (await utimes(path, now, now).then(() => true, absent)) ?? false;
}

/** Answers how many bytes it wrote. */
async function writeWhole(path: string, pieces: Iterable<string | Uint8Array>): Promise<number> {
  const part = `${path}.${randomUUID()}.part`;
  let bytes = 0;
  try {
    const file = await open(part, 'wx');
    try {
      for (const piece of largerPieces(pieces)) {
        await file.appendFile(piece);
        bytes += piece.length;
      }
      // The name must not survive a power cut that its content does not.
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(part, path);
    return bytes;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function* largerPieces(pieces: Iterable<string | Uint8Array>): Generator<Uint8Array> {
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    const next = typeof piece === 'string' ? Buffer.from(piece) : piece;
    gathered.push(next);
    bytes += next.length;
    if (bytes < pieceBytes) continue;
    yield Buffer.concat(gathered);
    [gathered, bytes] = [[], 0];
  }
  yield Buffer.concat(gathered);
}

/** Removes what a killed process left half written, and the files longest not asked for while all are over the limit. */
async function makeRoom(folder: string, mostBytes: number, spared: string): Promise<void> {
  const music: { path: string; bytes: number; used: number }[] = [];
  let bytes = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { size, mtimeMs: used } = (await stat(path).catch(absent)) ?? { size: 0, mtimeMs: Date.now() };
    if (name.endsWith('.part') && Date.now() - used > hour) await rm(path, { force: true });
    if (!fileName.test(name)) continue;
    bytes += size;
    if (!name.startsWith(spared)) music.push({ path, bytes: size, used });
  }
  for (const file of music.sort((a, b) => a.used - b.used)) {
    if (bytes <= mostBytes) return;
    await rm(file.path, { force: true });
    bytes -= file.bytes;
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
