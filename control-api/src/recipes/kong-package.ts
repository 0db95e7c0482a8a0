import type { PlanItem, Step } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import { compareVersions } from '../lib/versions.ts';
import { aptInstall, aptUpdate } from './apt.ts';
import { requireDisk } from './base.ts';
import { missingPackages } from './base-facts.ts';
import { checkFile, fetchFile } from './download.ts';
import { type KongFacts, SHOW_PACKAGE } from './kong-facts.ts';
import artefacts from './vendor-artefacts.json' with { type: 'json' };

/** A package file and the checksum that it must have. */
export interface KongDeb {
  url: string;
  sha256: string;
}

export interface KongPackage {
  /** One that vendor-artefacts.json knows. */
  version: string;
  /** Instead of the vendor's place, e.g. a mirror's. */
  deb: KongDeb | undefined;
}

type Systems = Readonly<Record<string, Readonly<Record<string, KongDeb>>>>;

const RELEASES: Readonly<Record<string, Systems>> = artefacts.kong;
/** MiB that must be free before it is installed: archive, and what it unpacks to. */
const INSTALL_MB = 1024;
const FETCH_HINT =
  "Check the host's network and DNS, or name another place with KONG_DEB_URL and KONG_DEB_SHA256; then repeat the call.";
const CHECK_HINT = 'A proxy may have answered instead, or the file was exchanged: find out before you go on.';

/** The version meant: as asked, else the newest known. Throws version_unknown. */
export function kongVersion(asked: string | undefined): string {
  const known = Object.keys(RELEASES).sort(compareVersions);
  const version = asked ?? (known.at(-1) as string);
  if (known.includes(version)) return version;
  throw new AppError('version_unknown', `There is no package of Kong ${version}; known: ${known.join(', ')}.`, {
    details: known.map((message) => ({ path: '/version', message })),
  });
}

/**
 * Installs the package, or a newer one over it; an installed newer one is kept and refused.
 * Throws unsupported_os, invalid_request, insufficient_disk.
 */
export function planPackage({ version: installed, host }: KongFacts, wish: KongPackage): PlanItem[] {
  const pinned = debFor(wish.version, host.system, host.architecture);
  const deb = wish.deb ?? pinned;
  if (installed === wish.version) return [{ name: 'Kong package', settled: true, detail: installed }];
  if (installed !== null && compareVersions(installed, wish.version) > 0) throw downgrade(installed, wish.version);
  requireDisk(host.diskFreeMb, INSTALL_MB, 'to install Kong');
  const file = `/var/cache/fountain/kong_${wish.version}.deb`;
  const download = { what: `the package of Kong ${wish.version}`, url: deb.url, path: file, maxS: 280 };
  return [
    fetchFile(download, FETCH_HINT),
    checkFile(download, deb.sha256, CHECK_HINT),
    ...(missingPackages(host).length > 0 ? [] : [aptUpdate()]),
    { ...aptInstall([file]), name: `Install Kong ${wish.version}` },
    ...(wish.deb ? [checkVersion(wish.version, wish.deb.url)] : []),
  ];
}

function debFor(version: string, system: string, architecture: string): KongDeb {
  const systems = RELEASES[version] ?? {};
  const deb = systems[system]?.[architecture];
  if (deb) return deb;
  const supported = Object.entries(systems).map(([name, debs]) => `${name} (${Object.keys(debs).join(', ')})`);
  throw new AppError(
    'unsupported_os',
    `There is no package of Kong ${version} for ${system || 'an unknown system'} (${architecture}); there is for ${supported.join(', ')}.`,
    { details: supported.map((message) => ({ message })) },
  );
}

function downgrade(installed: string, wanted: string): AppError {
  const message = `Kong ${installed} is installed, and a step back to ${wanted} is not made`;
  return new AppError('invalid_request', `${message}.`, {
    hint: 'Send the version that is installed, or remove the package on the host first: sudo apt-get remove kong.',
    details: [{ path: '/version', message }],
  });
}

/** Another place may hold another version than the one that is pinned for it; each call would install it again. */
function checkVersion(version: string, url: string): Step {
  return {
    name: `Check that it is Kong ${version}`,
    effect: 'check',
    action: { verb: 'capture', variable: 'kong', prefix: `ii  ${version}`, argv: SHOW_PACKAGE },
    timeoutS: 20,
    explain: (_exit, output) =>
      new AppError('step_failed', `${url} is not Kong ${version}: dpkg says "${output.trim()}".`, {
        hint: `Set KONG_DEB_URL and KONG_DEB_SHA256 to a package of Kong ${version}, or unset both.`,
      }),
  };
}
