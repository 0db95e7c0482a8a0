import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { type Behaviour, imageSchema } from '../../images.ts';

const word = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*';
const referencePattern = new RegExp(`^ghcr\\.io/(${word}(?:/${word})*):(\\w[\\w.-]{0,127})$`);

/** As every registry of ours takes them, its name taken apart: these containers are real, so no more can be told of them. */
export const machineImageSchema = imageSchema.transform((image, context) => {
  const [, repository, tag] = referencePattern.exec(image.reference) ?? [];
  if (repository !== undefined && tag !== undefined) return { ...image, repository, tag };
  context.addIssue({ code: 'custom', path: ['reference'], message: 'not an image of ghcr.io with a tag' });
  return z.NEVER;
});

/** `repository` is without `ghcr.io`. */
export type MachineImage = z.output<typeof machineImageSchema>;

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
export function buildImage(image: MachineImage): BuiltImage {
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

function configOf({ healthcheck }: MachineImage, architecture: string, diffId: string) {
  const check = ['CMD', '/bin/busybox', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/health'];
  const second = 1e9;
  return {
    architecture,
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: {
      Cmd: ['/bin/busybox', 'sh', '/start'],
      ExposedPorts: { '8080/tcp': {} },
      ...(healthcheck ? { Healthcheck: { Test: check, Interval: second, Timeout: second, Retries: 2 } } : {}),
    },
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [{ created: '2026-01-01T00:00:00Z', created_by: 'busybox' }],
  };
}

/** The shell's program of a container. Its first process must ask for SIGTERM, or it gets none. */
export function startScript(behaviour: Behaviour): string {
  const logs = 'logs' in behaviour ? behaviour.logs : ['listening'];
  const say = logs.map((line) => `echo '${line.replaceAll("'", `'\\''`)}'\n`).join('');
  const serve = 'httpd -f -p 8080 -h /www &\n';
  const wait = 'trap "exit 0" TERM; wait\n';
  switch (behaviour.type) {
    case 'healthy': {
      const late = `rm /www/health; (sleep ${behaviour.afterReadings}; echo ok >/www/health) &\n`;
      return `${behaviour.afterReadings > 0 ? late : ''}${serve}${say}${wait}`;
    }
    case 'never_healthy':
      return `rm /www/health\n${serve}${say}${wait}`;
    case 'crashes':
      return `${say}exit ${behaviour.exit}\n`;
    case 'crashes_after':
      return `${serve}sleep ${behaviour.readings}\n${say}exit ${behaviour.exit}\n`;
    case 'oom':
      return `${say}sleep ${behaviour.afterReadings}\nexec tail /dev/zero\n`;
  }
}

function layer({ repository, tag, behaviour }: MachineImage): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'fountain-image-'));
  try {
    for (const path of ['bin', 'www', 'tmp']) mkdirSync(join(folder, path), { mode: 0o755 });
    copyFileSync('/bin/busybox', join(folder, 'bin/busybox'));
    for (const applet of ['sh', 'httpd', 'sleep', 'tail', 'rm', 'cat', 'env', 'wget']) {
      symlinkSync('busybox', join(folder, 'bin', applet));
    }
    const name = repository.split('/').at(-1);
    writeFileSync(join(folder, 'www/index.html'), `Hello from ${name}, version ${tag}\n`);
    writeFileSync(join(folder, 'www/health'), 'ok\n');
    writeFileSync(join(folder, 'start'), startScript(behaviour));
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
