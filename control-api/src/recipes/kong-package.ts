import type { PlanItem, Step } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import { aptInstall, aptUpdate } from './apt.ts';
import { requireDisk } from './base.ts';
import { missingPackages } from './base-facts.ts';
import type { KongFacts } from './kong-facts.ts';
import { lastLines } from './recipe.ts';
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
  return [
    fetchDeb(wish.version, deb.url, file),
    checkDeb(deb, file),
    ...(missingPackages(host).length > 0 ? [] : [aptUpdate()]),
    { ...aptInstall([file]), name: `Install Kong ${wish.version}` },
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

function fetchDeb(version: string, url: string, file: string): Step {
  const options = ['--fail', '--silent', '--show-error', '--location', '--retry', '3', '--max-time', '280'];
  return {
    name: `Fetch the package of Kong ${version}`,
    effect: 'change',
    action: { verb: 'run', argv: ['curl', ...options, '--create-dirs', '--output', file, url] },
    timeoutS: 300,
    explain: (_exit, output) =>
      new AppError('step_failed', `The host could not fetch ${url}: ${lastLines(output, 2)}.`, {
        hint: "Check the host's network and DNS, or name another place with KONG_DEB_URL and KONG_DEB_SHA256; then repeat the call.",
      }),
  };
}

/** A package that is not the one pinned must not stay where it could be installed by hand. */
function checkDeb({ url, sha256 }: KongDeb, file: string): Step {
  return {
    name: 'Check the package against its pinned SHA-256',
    effect: 'check',
    action: { verb: 'run', argv: ['sha256sum', '--check', '--quiet', '-'], stdin: `${sha256}  ${file}\n` },
    timeoutS: 60,
    rescue: [
      {
        name: 'Remove the package that is not the one pinned',
        effect: 'change',
        action: { verb: 'remove_file', path: file },
        timeoutS: 20,
      },
    ],
    explain: () =>
      new AppError(
        'step_failed',
        `What the host got from ${url} has not the SHA-256 ${sha256}; nothing was installed.`,
        {
          hint: 'A proxy may have answered instead, or the file was exchanged: find out before you go on.',
        },
      ),
  };
}

/** Above 0 when `a` is newer. */
function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
