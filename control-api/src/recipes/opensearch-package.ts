import type { PlanItem, Step, Text } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import { compareVersions } from '../lib/versions.ts';
import { aptInstall } from './apt.ts';
import { requireDisk } from './base.ts';
import { IS_ENABLED, type OpensearchFacts } from './opensearch-facts.ts';
import { type AptPlace, fetchKey, lookForVersion, updateLists, writeSource } from './opensearch-repository.ts';
import artefacts from './vendor-artefacts.json' with { type: 'json' };

export interface OpensearchPackage {
  /** Without it an installed version is kept. */
  version?: string;
  /** Instead of the vendor's repository. */
  place: AptPlace | undefined;
  /** Versions before 3.7 do not install without one, whether it is used or not. */
  installPassword: Secret;
  /** Whether the security plugin is wished. */
  secure: boolean;
}

/** MiB that must be free before it is installed: archive and what it unpacks to, JDK and plugins included. */
const INSTALL_MB = 3072;
const LINES: Readonly<Record<string, { repository: string; key_url: string }>> = artefacts.opensearch.lines;

/**
 * The version meant: as asked, else the one that is there, else the newest that is known here.
 * Throws version_unknown, or invalid_request for a step back.
 */
export function versionFor(facts: OpensearchFacts, asked: string | undefined): string {
  const version = asked ?? (facts.version || artefacts.opensearch.default_version);
  if (!(majorOf(version) in LINES)) {
    const known = Object.keys(LINES).map((major) => `${major}.x`);
    throw new AppError('version_unknown', `There is no OpenSearch ${version}; known lines: ${known.join(', ')}.`, {
      details: known.map((message) => ({ path: '/version', message })),
    });
  }
  if (facts.version !== '' && compareVersions(facts.version, version) > 0) throw stepBack(facts.version, version);
  return version;
}

/** The environment that the package's scripts are run with (its postinst in opensearch-build): no demo configuration. */
export function packageEnvironment({ secure, installPassword }: Omit<OpensearchPackage, 'place'>) {
  const environment: Record<string, Text> = {
    DISABLE_INSTALL_DEMO_CONFIG: 'true',
    ...(secure ? {} : { DISABLE_SECURITY_PLUGIN: 'true' }),
    OPENSEARCH_INITIAL_ADMIN_PASSWORD: installPassword,
  };
  return environment;
}

/** The package of this version, from its signed repository, held back from other upgrades. */
export function planPackage(
  facts: OpensearchFacts,
  wish: OpensearchPackage,
  version: string,
): { items: readonly PlanItem[]; installs: boolean } {
  const { host, held } = facts;
  // One that is unfinished is finished by the base recipe, before any of these steps.
  const installs = facts.version !== version;
  if (installs) requireDisk(host.diskFreeMb, INSTALL_MB, `to install OpenSearch ${version}`);
  const place = wish.place ?? vendorPlace(version);
  const environment = packageEnvironment(wish);
  return {
    installs: installs || facts.package === 'unfinished',
    items: [
      ...fetchKey(facts, place, installs),
      writeSource(facts, place),
      ...(installs
        ? [
            updateLists(place),
            lookForVersion(version, place),
            ...(facts.package !== 'absent' && facts.enabled ? [disable()] : []),
            install(version, environment),
          ]
        : [{ name: 'OpenSearch package', settled: true as const, detail: version }]),
      held ? { name: 'OpenSearch is held back from upgrades', settled: true } : hold(),
    ],
  };
}

function vendorPlace(version: string): AptPlace {
  const { repository, key_url } = LINES[majorOf(version)] as { repository: string; key_url: string };
  return { repository, keyUrl: key_url };
}

function install(version: string, environment: Record<string, Text>): Step {
  const words = ['--allow-change-held-packages', `opensearch=${version}`];
  return { ...aptInstall(words, environment), name: `Install OpenSearch ${version}` };
}

/** The script of an upgrade starts an enabled unit, with every plugin back: too much for a small host. It is enabled later. */
function disable(): Step {
  return {
    name: 'Keep the upgrade from starting OpenSearch by itself',
    effect: 'change',
    action: { verb: 'run', argv: ['systemctl', 'disable', 'opensearch'] },
    timeoutS: 60,
  };
}

function hold(): Step {
  return {
    name: 'Hold OpenSearch back from other upgrades',
    effect: 'change',
    action: { verb: 'run', argv: ['apt-mark', 'hold', 'opensearch'] },
    timeoutS: 60,
  };
}

/** After an upgrade it was disabled above, whatever the facts say. */
export function enable(): Step {
  return {
    name: 'Start OpenSearch at every boot',
    effect: 'change',
    action: { verb: 'run', argv: ['systemctl', 'enable', 'opensearch'] },
    timeoutS: 60,
    guard: IS_ENABLED,
  };
}

function stepBack(installed: string, wanted: string): AppError {
  const message = `OpenSearch ${installed} is installed, and a step back to ${wanted} is not made`;
  return new AppError('invalid_request', `${message}: an older version cannot read the indexes of a newer one.`, {
    hint: 'Leave version out, or deploy the older version on a fresh instance and index the documents anew there.',
    details: [{ path: '/version', message }],
  });
}

function majorOf(version: string): string {
  return version.split('.')[0] ?? '';
}
