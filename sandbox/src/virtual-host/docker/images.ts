import { createHash } from 'node:crypto';
import { byDigest, familiar, parseReference, type Reference, shown, tagged } from './reference.ts';
import type { StoredImage } from './registry.ts';
import { EngineError, type EngineState, type LocalImage } from './state.ts';

/** By reference or by (the start of) its id; undefined when it is not on the host. */
export function findImage({ images }: EngineState, text: string): LocalImage | undefined {
  const id = text.replace(/^sha256:/, '');
  const named = /^[0-9a-f]{6,64}$/.test(id) ? images.find((image) => image.id.slice(7).startsWith(id)) : undefined;
  if (named) return named;
  const name = nameOf(parseReference(text));
  return images.find(({ tags, digests }) => tags.includes(name) || digests.includes(name));
}

/** Takes an image from a registry; false when it was there under this reference. Throws EngineError. */
export function storeImage(
  state: EngineState,
  reference: Reference,
  stored: StoredImage,
  architecture: string,
): boolean {
  const { images } = state;
  const built = stored.architectures;
  if (built.length > 1 && !built.includes(architecture)) {
    throw new EngineError(`no matching manifest for linux/${architecture} in the manifest list entries`, 404);
  }
  const own = built.includes(architecture) ? architecture : (built[0] ?? architecture);
  const image = images.find(({ id }) => id === idOf(stored, own)) ?? newImage(stored, own);
  if (!images.includes(image)) images.push(image);
  const before = JSON.stringify([image.tags, image.digests]);
  const digest = byDigest(reference, stored.digest);
  if (!image.digests.includes(digest)) image.digests.push(digest);
  if (reference.tag && !reference.digest) {
    const tag = tagged(reference);
    for (const one of images) if (one !== image) one.tags = one.tags.filter((old) => old !== tag);
    if (!image.tags.includes(tag)) image.tags.push(tag);
  }
  return before !== JSON.stringify([image.tags, image.digests]);
}

/** Removes a reference, and the image with its last one. Gives the lines that `docker image rm` prints. */
export function removeReference(state: EngineState, text: string): string[] {
  const image = findImage(state, text);
  if (!image) throw new EngineError(`No such image: ${text}`, 404);
  const reference = parseReference(text);
  const name = nameOf(reference);
  const user = state.containers.find(({ imageId }) => imageId === image.id);
  if (user && isSingle(image)) {
    const who = `container ${user.id.slice(0, 12)} is using its referenced image ${image.id.slice(7, 19)}`;
    throw new EngineError(`conflict: unable to remove repository reference "${text}" (must force) - ${who}`, 409);
  }
  const untagged = [name];
  image.tags = image.tags.filter((one) => one !== name);
  image.digests = image.digests.filter((one) => one !== name);
  // With the last tag of a repository go the digests that it is known by there.
  const lastTag = !reference.digest && !image.tags.some((one) => one.startsWith(`${reference.repository}:`));
  if (lastTag) {
    const there = image.digests.filter((one) => one.startsWith(`${reference.repository}@`));
    image.digests = image.digests.filter((one) => !there.includes(one));
    untagged.push(...there);
  }
  const lines = untagged.map((one) => `Untagged: ${familiar(one)}`);
  if (image.tags.length + image.digests.length > 0) return lines;
  state.images = state.images.filter((one) => one !== image);
  return [...lines, `Deleted: ${image.id}`];
}

export interface ImageRow {
  Repository: string;
  Tag: string;
  Digest: string;
  ID: string;
  Size: string;
}

/** The rows of `docker image ls --digests`: one for each tag, and one for each digest that no tag stands for. */
export function imageRows({ images }: EngineState, noTrunc: boolean): ImageRow[] {
  return images.flatMap((image) => {
    const ID = noTrunc ? image.id : image.id.slice(7, 19);
    const row = (Repository: string, Tag: string, Digest: string) => ({
      Repository,
      Tag,
      Digest,
      ID,
      Size: sizeOf(image),
    });
    const none = '<none>';
    const digestOf = (repository: string) =>
      image.digests.find((one) => one.startsWith(`${repository}@`))?.split('@')[1];
    const repositories = image.tags.map((tag) => tag.slice(0, tag.lastIndexOf(':')));
    const rows = image.tags.map((tag, at) => {
      const repository = repositories[at] ?? '';
      return row(familiar(repository), tag.slice(repository.length + 1), digestOf(repository) ?? none);
    });
    const untagged = image.digests.filter((one) => !repositories.includes(one.split('@')[0] ?? ''));
    rows.push(...untagged.map((one) => row(familiar(one.split('@')[0] ?? ''), none, one.split('@')[1] ?? none)));
    return rows.length > 0 ? rows : [row(none, none, none)];
  });
}

/** As `docker image inspect` shows it. */
export function imageJson(image: LocalImage): Record<string, unknown> {
  const bytes = image.sizeMb * 1_000_000;
  return {
    Id: image.id,
    RepoTags: image.tags.map(familiar),
    RepoDigests: image.digests.map(familiar),
    Parent: '',
    Comment: '',
    Created: image.created,
    DockerVersion: '',
    Author: '',
    Config: {
      ExposedPorts: Object.fromEntries(image.exposedPorts.map((port) => [`${port}/tcp`, {}])),
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      Cmd: image.process?.command ?? ['/app'],
      ...(image.healthcheck ? { Healthcheck: { Test: ['CMD', '/healthcheck'] } } : {}),
      Labels: null,
    },
    Architecture: image.architecture,
    Os: 'linux',
    Size: bytes,
    VirtualSize: bytes,
  };
}

export function sizeOf({ sizeMb }: LocalImage): string {
  return sizeMb >= 1000 ? `${(sizeMb / 1000).toPrecision(3)}GB` : `${Number(sizeMb.toPrecision(3))}MB`;
}

/** The engine shows a reference without its tag where a digest says more. */
export function shownImage({ images }: EngineState, text: string, imageId: string): string {
  const reference = parseReference(text);
  const there = images.find(({ tags, digests }) => [...tags, ...digests].includes(nameOf(reference)));
  if (there?.id !== imageId) return imageId.slice(7, 19);
  return reference.digest ? familiar(reference.repository) : shown(reference);
}

function nameOf(reference: Reference): string {
  return reference.digest ? byDigest(reference, reference.digest) : tagged(reference);
}

/** Moby's isSingleReference: at most one tag, and digests of that same repository only. */
function isSingle({ tags, digests }: LocalImage): boolean {
  if (tags.length + digests.length <= 1) return true;
  if (tags.length > 1) return false;
  const repositories = new Set(digests.map((one) => one.split('@')[0]));
  const own = tags[0]?.slice(0, tags[0].lastIndexOf(':')) ?? digests[0]?.split('@')[0];
  return repositories.size === 1 && repositories.has(own);
}

function idOf({ digest }: StoredImage, architecture: string): string {
  return `sha256:${createHash('sha256').update(`${digest} ${architecture}`).digest('hex')}`;
}

function newImage(stored: StoredImage, architecture: string): LocalImage {
  const { sizeMb, exposedPorts, healthcheck, behaviour } = stored;
  return {
    id: idOf(stored, architecture),
    tags: [],
    digests: [],
    architecture,
    sizeMb,
    exposedPorts,
    healthcheck,
    behaviour,
    created: new Date().toISOString(),
    process: stored.process ?? null,
  };
}
