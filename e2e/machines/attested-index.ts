import { createHash } from 'node:crypto';

const TYPES = {
  image: 'application/vnd.docker.distribution.manifest.v2+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  statement: 'application/vnd.in-toto+json',
};

const digestOf = (bytes: string) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const descriptor = (mediaType: string, bytes: string) => ({
  mediaType,
  digest: digestOf(bytes),
  size: Buffer.byteLength(bytes),
});

/**
 * Puts a tag of a plain registry into an index beside an attestation, as BuildKit pushes an image with `provenance`, and tags
 * that; gives the index's digest. https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md
 */
export async function attest(repository: string, tag: string): Promise<string> {
  const got = await fetch(`${repository}/manifests/${tag}`, { headers: { accept: TYPES.image } });
  const image = { ...descriptor(TYPES.image, await got.text()), platform: { architecture: 'amd64', os: 'linux' } };
  const [config, statement] = ['{}', JSON.stringify({ predicateType: 'https://slsa.dev/provenance/v1' })];
  for (const blob of [config, statement]) await putBlob(repository, blob);
  const attestation = JSON.stringify({
    schemaVersion: 2,
    mediaType: TYPES.manifest,
    config: descriptor(TYPES.config, config),
    layers: [{ ...descriptor(TYPES.statement, statement), annotations: { 'in-toto.io/predicate-type': 'slsa' } }],
  });
  await putManifest(repository, digestOf(attestation), TYPES.manifest, attestation);
  const beside = {
    ...descriptor(TYPES.manifest, attestation),
    platform: { architecture: 'unknown', os: 'unknown' },
    annotations: {
      'vnd.docker.reference.digest': image.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  };
  const index = JSON.stringify({ schemaVersion: 2, mediaType: TYPES.index, manifests: [image, beside] });
  await putManifest(repository, tag, TYPES.index, index);
  return digestOf(index);
}

async function putBlob(repository: string, bytes: string): Promise<void> {
  const { headers } = await succeed(`${repository}/blobs/uploads/`, { method: 'POST' });
  const place = new URL(String(headers.get('location')), repository);
  place.searchParams.set('digest', digestOf(bytes));
  await succeed(place.href, { method: 'PUT', body: bytes, headers: { 'content-type': 'application/octet-stream' } });
}

async function putManifest(repository: string, reference: string, type: string, text: string): Promise<void> {
  await succeed(`${repository}/manifests/${reference}`, {
    method: 'PUT',
    body: text,
    headers: { 'content-type': type },
  });
}

async function succeed(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${init.method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}
