import type { PlanItem, Step, Word } from '../../lib/command.ts';
import { AppError } from '../../lib/errors.ts';
import { type ImageReference, imageText } from '../../lib/image-reference.ts';
import { requireDisk } from '../base/base.ts';
import { dockerConfig, type RegistryAuth } from '../docker/registry.ts';
import { explainRegistry, wrongArchitecture } from '../docker/registry-errors.ts';
import type { AppFacts } from './facts.ts';
import type { AppWish } from './release.ts';

/** MiB that must be free before an image is pulled; how large it is, only the pull tells. */
const IMAGE_MB = 512;

/** The step that finds the digest of an image pulled by tag; `digestIn` reads it from what that step printed. */
export const DIGEST_STEP = 'Resolve the digest of the image';

type Source = Pick<AppWish, 'image'> & { registryAuth?: RegistryAuth };

/**
 * Pulls the image unless it is there. Without a digest it is pulled by its tag, and its digest captured as `digest`.
 * Throws insufficient_disk, or step_failed when the registry has it for other architectures only.
 */
export function planImage(facts: AppFacts, { image, registryAuth }: Source, digest: string | undefined): PlanItem[] {
  const wanted = digest ? { ...image, digest } : image;
  const present = digest !== undefined && facts.images.includes(imageText(wanted));
  if (present) return [{ name: 'Image', settled: true, detail: imageText(wanted) }];
  requirePlatform(facts, image);
  requireDisk(facts.host.diskFreeMb, IMAGE_MB, `to pull ${imageText(image)}`);
  const attempt = { image, username: registryAuth?.username, architecture: facts.host.architecture };
  const pull: Step = {
    name: `Pull ${imageText(image)}`,
    effect: 'change',
    action: {
      verb: 'docker_auth',
      argv: ['docker', 'pull', '--quiet', imageText(wanted)],
      config: dockerConfig(image.registry, registryAuth),
    },
    timeoutS: 420,
    explain: (_exit, output) => explainRegistry(attempt, output),
  };
  return digest ? [pull] : [pull, captureDigest(image)];
}

/** Fails on the host when the image was built for another architecture; before anything is stopped. */
export function planImageCheck({ host }: AppFacts, { image }: Source, imageRef: Word): Step[] {
  const argv = ['docker', 'image', 'inspect', '--format', '{{.Architecture}}', imageRef] as const;
  const { architecture } = host;
  if (architecture === '') return [];
  return [
    {
      name: `Check that the image is built for ${architecture}`,
      effect: 'check',
      action: { verb: 'capture', variable: 'architecture', prefix: architecture, argv },
      timeoutS: 20,
      explain: (_exit, output) =>
        wrongArchitecture({ image, username: undefined, architecture }, `the image says ${output.trim()}`),
    },
  ];
}

/** The 64 hexadecimal digits in the output lines of DIGEST_STEP. */
export function digestIn(lines: readonly string[]): string | undefined {
  return lines.map((line) => /@sha256:([0-9a-f]{64})$/.exec(line.trim())?.[1]).find(Boolean);
}

function requirePlatform({ distribution, host }: AppFacts, image: ImageReference): void {
  if (distribution?.kind !== 'found' || distribution.platforms.length === 0 || host.architecture === '') return;
  const { platforms } = distribution;
  if (platforms.some(({ os, architecture }) => os === 'linux' && architecture === host.architecture)) return;
  const built = platforms.map(({ os, architecture }) => `${os}/${architecture}`).join(', ');
  throw wrongArchitecture(
    { image, username: undefined, architecture: host.architecture },
    `the registry has it for ${built}`,
  );
}

function captureDigest(image: ImageReference): Step {
  const format = '{{range .RepoDigests}}{{println .}}{{end}}';
  return {
    name: DIGEST_STEP,
    effect: 'check',
    action: {
      verb: 'capture',
      variable: 'digest',
      prefix: `${image.repository}@sha256:`,
      argv: ['docker', 'image', 'inspect', '--format', format, imageText(image)],
    },
    timeoutS: 20,
    explain: () => new AppError('step_failed', `The engine knows no digest of ${imageText(image)} after the pull.`),
  };
}
