import { createHash } from 'node:crypto';

/** What the vendors of packages serve, as virtual hosts get it: the sandbox's own in place of theirs. */

const PACKAGES = 'http://packages.sandbox.internal';
const KONG_VERSION = '3.9.3';

export const vendorHosts = {
  opensearchApt: `${PACKAGES}/opensearch/apt`,
  opensearchKey: `${PACKAGES}/opensearch/opensearch-release.pgp`,
  kongDeb: `${PACKAGES}/kong/kong_${KONG_VERSION}_amd64.deb`,
} as const;

/** The key that signs the sandbox's archives: apt takes this text and no other. */
export const VENDOR_KEY = `-----BEGIN PGP PUBLIC KEY BLOCK-----

${Buffer.from('the key of the packages that virtual hosts know').toString('base64')}
-----END PGP PUBLIC KEY BLOCK-----
`;

const DOCKER_KEY = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n(of a virtual host)\n-----END PGP PUBLIC KEY BLOCK-----\n';

/** A .deb of which nothing but the head is there. */
const kongDeb = `!<arch>\nPackage: kong\nVersion: ${KONG_VERSION}\nArchitecture: amd64\n`;

/** What of the vendors' real addresses answers here, in the sandbox's own words. */
const REAL: readonly [RegExp, string][] = [
  [/^https:\/\/download\.docker\.com\/linux\/(debian|ubuntu)\/gpg$/, DOCKER_KEY],
  [/^https:\/\/artifacts\.opensearch\.org\/publickeys\/[\w.-]+$/, VENDOR_KEY],
  [/^https:\/\/packages\.konghq\.com\/.*\/kong_3\.9\.3_amd64\.deb$/, kongDeb],
];

/** The body that an address answers with; undefined where a virtual host does not reach it. */
export function download(url: string): string | undefined {
  if (url === vendorHosts.opensearchKey) return VENDOR_KEY;
  if (url === vendorHosts.kongDeb) return kongDeb;
  return REAL.find(([pattern]) => pattern.test(url))?.[1];
}

/** Package and version of a .deb; undefined for what is none. */
export function readDeb(text: string): { name: string; version: string } | undefined {
  const [, name, version] = /^!<arch>\nPackage: (\S+)\nVersion: (\S+)\n/.exec(text) ?? [];
  return name && version ? { name, version } : undefined;
}

/** Environment of a control API whose hosts are virtual: the vendors' real sums fit nothing that is made up here. */
export const vendorSettings: Readonly<Record<string, string>> = {
  KONG_DEB_URL: vendorHosts.kongDeb,
  KONG_DEB_SHA256: sha256(kongDeb),
  OPENSEARCH_APT_URL: vendorHosts.opensearchApt,
  OPENSEARCH_APT_KEY_URL: vendorHosts.opensearchKey,
  OPENSEARCH_APT_KEY_SHA256: sha256(VENDOR_KEY),
};

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
