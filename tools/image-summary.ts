import { readCommittedStack } from './committed-stack.ts';

export interface PushedImage {
  /** Of the image: a story service, or fountainai-control. */
  name: string;
  /** `ghcr.io/user/name@sha256:...`, or with `DIGEST` in place of the digest of what is not pushed yet. */
  image: string;
  /** Compressed sizes in bytes: of the layers that are not its base's, and of all. */
  own: number;
  total: number;
  /** Where the control API of the reader answers. */
  api: string;
}

/**
 * Markdown for the summary of a job: what was pushed, and the call that deploys exactly that, with the names of the committed
 * manifests. @throws {AppError} manifest_invalid; {Error} what is no image by its digest, has no manifest, or no address
 */
export async function imageSummary({ name, image, own, total, api }: PushedImage): Promise<string> {
  const digest = /^[a-z0-9.:/_-]+@(sha256:[0-9a-f]{64}|DIGEST)$/.exec(image)?.[1];
  if (digest === undefined) throw new Error(`${image} is no image by its digest`);
  const line = name === 'fountainai-control' ? `docker pull ${image}` : await deployLine(name, image, api);
  return `| image | digest | compressed | our own layers |
|---|---|---|---|
| ${name} | \`${digest}\` | ${megabytes(total)} | ${megabytes(own)} |

\`\`\`sh
${line}
\`\`\`

`;
}

async function deployLine(app: string, image: string, api: string): Promise<string> {
  const { apps, manifest } = await readCommittedStack();
  const { instances, region, key_pair } = manifest;
  if (!apps.some(({ name }) => name === app)) throw new Error(`${app} has no manifest in deploy-manifests/apps`);
  const host = { instance_name: instances.apps.name, region, ssh_key_path: `${region}-${key_pair}` };
  const body = JSON.stringify({ ...host, app, docker_image: image });
  // It is pasted into a shell.
  if (!/^https?:\/\/[\w.:[\]/-]+$/.test(api)) throw new Error(`CONTROL_API_URL: ${api} is no address of a control API`);
  const url = `${api.replace(/\/+$/, '')}/services/deploy-docker-app`;
  return `curl --fail-with-body -X POST "${url}" -H "Content-Type: application/json" -d '${body}'`;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

const [, program, name, image, own, total] = process.argv;
if (program === import.meta.filename) {
  const api = process.env.CONTROL_API_URL || 'http://localhost:8000';
  const pushed = { name: String(name), image: String(image), own: Number(own), total: Number(total), api };
  process.stdout.write(await imageSummary(pushed));
}
