import type { PlanItem, Step } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import { explainApt } from './apt.ts';
import type { OpensearchFacts } from './opensearch-facts.ts';
import { PATHS } from './opensearch-settings.ts';
import { lastLines, linesOf } from './recipe.ts';

/** An apt repository and the armoured key that it is signed with. */
export interface AptPlace {
  repository: string;
  keyUrl: string;
  /** Of the key file; the vendor's is trusted for coming over HTTPS from where it belongs. */
  keySha256?: string;
}

/** Fetched anew for each install: a key that was renewed is the usual cause of NO_PUBKEY. */
export function fetchKey({ key }: OpensearchFacts, place: AptPlace, installs: boolean): PlanItem[] {
  const known = key !== null && (place.keySha256 === undefined || place.keySha256 === key);
  if (known && !installs) return [{ name: "Key of OpenSearch's repository", settled: true, detail: PATHS.key }];
  const options = ['--fail', '--silent', '--show-error', '--location', '--retry', '3', '--max-time', '60'];
  const fetch: Step = {
    name: "Fetch the key of OpenSearch's repository",
    effect: 'change',
    action: { verb: 'run', argv: ['curl', ...options, '--create-dirs', '--output', PATHS.key, place.keyUrl] },
    timeoutS: 90,
    explain: (_exit, output) =>
      new AppError('step_failed', `The host could not fetch ${place.keyUrl}: ${lastLines(output, 2)}.`, {
        hint: "Check the host's network and DNS, or name a mirror with the settings OPENSEARCH_APT_*; then repeat the call.",
      }),
  };
  return place.keySha256 === undefined ? [fetch] : [fetch, checkKey(place.keyUrl, place.keySha256)];
}

function checkKey(url: string, sha256: string): Step {
  return {
    name: 'Check the key against its pinned SHA-256',
    effect: 'check',
    action: { verb: 'run', argv: ['sha256sum', '--check', '--quiet', '-'], stdin: `${sha256}  ${PATHS.key}\n` },
    timeoutS: 20,
    rescue: [
      {
        name: 'Remove the key that is not the one pinned',
        effect: 'change',
        action: { verb: 'remove_file', path: PATHS.key },
        timeoutS: 20,
      },
    ],
    explain: () =>
      new AppError(
        'step_failed',
        `What the host got from ${url} has not the SHA-256 ${sha256}; nothing was installed.`,
        {
          hint: 'The key was renewed, or somebody else answered: find out, and set OPENSEARCH_APT_KEY_SHA256 anew.',
        },
      ),
  };
}

/** deb822, with the key named: it vouches for this repository only. */
export function writeSource({ source, host }: OpensearchFacts, { repository }: AptPlace): PlanItem {
  const lines = [
    'Types: deb',
    `URIs: ${repository}`,
    'Suites: stable',
    'Components: main',
    `Architectures: ${host.architecture}`,
    `Signed-By: ${PATHS.key}`,
  ];
  const content = `${lines.join('\n')}\n`;
  if (source === content.trimEnd()) return { name: "OpenSearch's repository", settled: true, detail: repository };
  return {
    name: "Add OpenSearch's repository",
    effect: 'change',
    action: { verb: 'write_file', path: PATHS.source, mode: '644', content, before: source ?? '' },
    timeoutS: 20,
  };
}

/**
 * Reads the lists of this repository alone (OpenSearch depends on nothing), so that a failure is its own, and is one:
 * apt would go on with old lists, and then know no such version. The lock of the lists is not waited for by apt.
 */
export function updateLists({ repository }: AptPlace): Step {
  const settings = [
    `Dir::Etc::SourceList=${PATHS.source}`,
    'Dir::Etc::SourceParts=-',
    'APT::Get::List-Cleanup=0',
    'APT::Update::Error-Mode=any',
  ];
  const argv = ['apt-get', ...settings.flatMap((setting) => ['-o', setting]), 'update'];
  return {
    name: "Read the lists of OpenSearch's repository",
    effect: 'change',
    action: { verb: 'wait_until', argv, want: '', stop: '', intervalS: 5, times: 1 },
    timeoutS: 180,
    explain: (_exit, output) => explainApt(`apt-get update of ${repository}`, lastReading(output)),
  };
}

/** Without what `wait_until` adds, and what apt says of every failure, which names no cause. */
function lastReading(output: string): string {
  return linesOf(output)
    .filter((line) => !/^waited \d+ s|^E: Some index files failed to download/.test(line))
    .join('\n');
}

/** Before anything is installed, or stopped for it. */
export function lookForVersion(version: string, { repository }: AptPlace): Step {
  const argv = ['apt-get', '--simulate', 'install', '--allow-change-held-packages', `opensearch=${version}`];
  return {
    name: `Look for OpenSearch ${version}`,
    effect: 'check',
    action: { verb: 'run', argv },
    timeoutS: 60,
    rescue: [
      {
        name: 'List the versions that there are',
        effect: 'check',
        action: { verb: 'run', argv: ['apt-cache', 'madison', 'opensearch'] },
        timeoutS: 20,
      },
    ],
    explain: (_exit, output) => explainLook(version, repository, output),
  };
}

function explainLook(version: string, repository: string, output: string): AppError | undefined {
  const said = linesOf(output).filter((line) => line.startsWith('E: '));
  const known = linesOf(output).flatMap((line) => /^opensearch \| +(\S+) \|/.exec(line)?.[1] ?? []);
  if (!said.some((line) => /was not found|Unable to locate package/.test(line))) return undefined;
  const there = known.length > 0 ? `; there are ${[...new Set(known)].join(', ')}` : '';
  return new AppError('version_unknown', `${repository} has no OpenSearch ${version}${there}. apt: ${said.join(' ')}`, {
    details: known.map((message) => ({ path: '/version', message })),
  });
}
