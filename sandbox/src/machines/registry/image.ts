import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';

/** As the virtual hosts' registry takes them, without `process` and `sizeMb`: these containers are real. */
export const imageSchema = z.strictObject({
  /** With the registry's host, without tag: `ghcr.io/user/repo/my-app`. */
  repository: z.string().regex(/^ghcr\.io(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/, 'an image of ghcr.io, without a tag'),
  tag: z.string().regex(/^\w[\w.-]{0,127}$/),
  /** A line of the page it serves; another content gives another digest. */
  content: z.string().default(''),
  /** More than one makes an index. All hold this computer's busybox, whatever they say. */
  architectures: z.array(z.string()).min(1).default(['amd64']),
  healthcheck: z.boolean().default(false),
  behaviour: z.enum(['healthy', 'never_healthy', 'crashes', 'crashes_later', 'oom']).default('healthy'),
  /** What it prints when it starts. */
  logs: z.array(z.string()).default([]),
  /** Only these may pull it. */
  credentials: z.strictObject({ username: z.string(), token: z.string() }).optional(),
});

export type Image = z.output<typeof imageSchema>;

export interface Blob {
  digest: string;
  bytes: Buffer;
}

export interface BuiltImage {
  /** Layers and configurations. */
  blobs: Blob[];
  /** The last is what the tag names. */
  manifests: Blob[];
}

const types = 'application/vnd.docker';

/** An image from nothing but a static busybox: a web server on port 8080, about 2 MB. Equal images have equal digests. */
export function buildImage(image: Image): BuiltImage {
  const tar = layer(image);
  const compressed = blob(gzipSync(tar));
  const configs = image.architectures.map((architecture) => ({
    architecture,
    config: blob(JSON.stringify(configOf(image, architecture, blob(tar).digest))),
  }));
  const manifests = configs.map(({ config }) =>
    blob(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: `${types}.distribution.manifest.v2+json`,
        config: descriptor(config, `${types}.container.image.v1+json`),
        layers: [descriptor(compressed, `${types}.image.rootfs.diff.tar.gzip`)],
      }),
    ),
  );
  const index = {
    schemaVersion: 2,
    mediaType: `${types}.distribution.manifest.list.v2+json`,
    manifests: manifests.map((manifest, position) => ({
      ...descriptor(manifest, `${types}.distribution.manifest.v2+json`),
      platform: { os: 'linux', architecture: image.architectures[position] },
    })),
  };
  return {
    blobs: [compressed, ...configs.map(({ config }) => config)],
    manifests: manifests.length === 1 ? manifests : [...manifests, blob(JSON.stringify(index))],
  };
}

function configOf({ healthcheck, behaviour }: Image, architecture: string, diffId: string) {
  const check = ['CMD', '/bin/busybox', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/health'];
  const second = 1e9;
  return {
    architecture,
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: {
      Cmd: ['/bin/busybox', 'sh', '/start'],
      ExposedPorts: { '8080/tcp': {} },
      ...(healthcheck || behaviour === 'never_healthy'
        ? { Healthcheck: { Test: check, Interval: second, Timeout: second, Retries: 2 } }
        : {}),
    },
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [{ created: '2026-01-01T00:00:00Z', created_by: 'busybox' }],
  };
}

/** What runs after the logs are printed. The first process of a container must ask for SIGTERM, or it gets none. */
const ends: Record<Image['behaviour'], string> = {
  healthy: 'httpd -f -p 8080 -h /www & trap "exit 0" TERM; wait',
  never_healthy: 'rm /www/health; httpd -f -p 8080 -h /www & trap "exit 0" TERM; wait',
  crashes: 'exit 1',
  crashes_later: 'sleep 4; exit 1',
  oom: 'exec tail /dev/zero',
};

function layer({ repository, tag, content, behaviour, logs }: Image): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'fountain-image-'));
  try {
    for (const path of ['bin', 'www', 'tmp']) mkdirSync(join(folder, path), { mode: 0o755 });
    copyFileSync('/bin/busybox', join(folder, 'bin/busybox'));
    for (const applet of ['sh', 'httpd', 'sleep', 'tail', 'rm', 'cat', 'env', 'wget']) {
      symlinkSync('busybox', join(folder, 'bin', applet));
    }
    const name = repository.split('/').at(-1);
    writeFileSync(join(folder, 'www/index.html'), `Hello from ${name}, version ${tag}\n${content}`);
    writeFileSync(join(folder, 'www/health'), 'ok\n');
    const lines = [...logs, `${name} ${tag} is up`].map((line) => `echo '${line.replaceAll("'", `'\\''`)}'\n`);
    writeFileSync(join(folder, 'start'), `${lines.join('')}${ends[behaviour]}\n`);
    chmodSync(join(folder, 'bin/busybox'), 0o755);
    const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
    return execFileSync('tar', ['--create', ...same, '--directory', folder, '.'], { maxBuffer: 64 * 1024 * 1024 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function blob(content: string | Buffer): Blob {
  const bytes = Buffer.from(content);
  return { bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

const descriptor = ({ digest, bytes }: Blob, mediaType: string) => ({ mediaType, size: bytes.length, digest });
