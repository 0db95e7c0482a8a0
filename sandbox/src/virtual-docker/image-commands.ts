import type { Command } from './docker-cli.ts';
import { PartlyFound } from './docker-cli.ts';
import { DaemonError, type EngineState, imageId, type LocalImage, localImage, loginFor } from './engine.ts';
import { renderTemplate } from './go-template.ts';
import { split } from './image-registry.ts';
import { parseOptions } from './options.ts';

const pull: Command = (engine, argv, { env }) => {
  const { options, rest } = parseOptions('pull', argv, { '--quiet': 'flag', '-q': 'flag' });
  const [reference = ''] = rest;
  const image = pullImage(engine, reference, engine.host.readFile(`${env.DOCKER_CONFIG}/config.json`));
  const [repository, digest, tag] = split(reference);
  const name = digest ? `${repository}@${digest}` : `${repository}:${tag}`;
  if (options.has('--quiet') || options.has('-q')) return `${name}\n`;
  return `${digest ?? tag}: Pulling from ${repository}\nDigest: ${image.digest}\nStatus: Downloaded newer image for ${name}\n${name}\n`;
};

/** Brings an image to this host, or finds that it is there. */
export function pullImage(engine: EngineState, reference: string, config: string | undefined): LocalImage {
  const resolved = engine.registry.resolve(reference, loginFor(reference, config));
  if ('message' in resolved) throw new DaemonError(resolved.message, resolved.status);
  const { image } = resolved;
  const [repository, digest, tag] = split(reference);
  const { architecture } = engine.host;
  if (image.architectures.length > 1 && !image.architectures.includes(architecture)) {
    throw new DaemonError(`no matching manifest for linux/${architecture} in the manifest list entries`);
  }
  const known = engine.images.find((other) => other.repository === repository && other.digest === image.digest);
  const local = known ?? { ...image, tags: [] };
  if (!known) {
    if (!engine.host.chargeDisk(image.sizeMb)) {
      throw new DaemonError('write /var/lib/docker/tmp/GetImageBlob: no space left on device');
    }
    engine.images.push(local);
  }
  if (!digest) {
    for (const other of engine.images)
      other.tags = other.tags.filter((old) => old !== tag || other.repository !== repository);
    local.tags.push(tag);
  }
  return local;
}

const inspect: Command = (engine, argv) => {
  const { options, rest } = parseOptions('image inspect', argv, { '--format': 'value' });
  const format = options.get('--format')?.[0] ?? '{{json .}}';
  return rest
    .map((reference) => {
      const image = localImage(engine, reference);
      if (!image) throw new PartlyFound('\n', `Error: No such image: ${reference}`);
      return `${renderTemplate(format, describe(image, engine.host.architecture))}\n`;
    })
    .join('');
};

function describe(image: LocalImage, architecture: string) {
  const { repository, digest, tags, architectures, sizeMb } = image;
  return {
    Id: imageId(image),
    RepoTags: tags.map((tag) => `${repository}:${tag}`),
    RepoDigests: [`${repository}@${digest}`],
    Architecture: architectures.includes(architecture) ? architecture : architectures[0],
    Os: 'linux',
    Size: sizeMb * 1024 * 1024,
  };
}

const list: Command = ({ images }, argv) => {
  const { options } = parseOptions('image ls', argv, {
    '--digests': 'flag',
    '--no-trunc': 'flag',
    '--format': 'value',
  });
  const format = options.get('--format')?.[0] ?? '{{.Repository}} {{.Tag}} {{.ID}}';
  return images
    .flatMap((image) => (image.tags.length > 0 ? image.tags : ['<none>']).map((Tag) => ({ image, Tag })))
    .map(({ image, Tag }) => {
      const data = { Repository: image.repository, Tag, Digest: image.digest, ID: imageId(image) };
      return `${renderTemplate(format, data)}\n`;
    })
    .join('');
};

const remove: Command = (engine, argv) => {
  const { rest } = parseOptions('image rm', argv, { '--force': 'flag' });
  const [reference = ''] = rest;
  const image = localImage(engine, reference);
  if (!image) throw new PartlyFound('', `Error: No such image: ${reference}`);
  const user = engine.containers.list().find((container) => container.image.digest === image.digest);
  if (user) {
    throw new DaemonError(
      `conflict: unable to remove repository reference "${reference}" (must force) - container ${user.id.slice(0, 12)} is using its referenced image ${imageId(image).slice(7, 19)}`,
      409,
    );
  }
  engine.images = engine.images.filter((other) => other !== image);
  engine.host.chargeDisk(-image.sizeMb);
  return `Untagged: ${reference}\nDeleted: ${imageId(image)}\n`;
};

export const imageCommands: Record<string, Command> = {
  pull,
  'image inspect': inspect,
  'image ls': list,
  'image rm': remove,
};
