import type { Step } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import { lastLines } from './recipe.ts';

export interface Download {
  /** Names it in steps and messages, e.g. `the package of Kong 3.9.3`. */
  what: string;
  url: string;
  /** Where on the host; folders are made. */
  path: string;
  /** Seconds that it may take. */
  maxS: number;
}

/** Fetches a file; `hint` says what to do when it cannot be had. */
export function fetchFile({ what, url, path, maxS }: Download, hint: string): Step {
  const options = ['--fail', '--silent', '--show-error', '--location', '--retry', '3', '--max-time', String(maxS)];
  return {
    name: `Fetch ${what}`,
    effect: 'change',
    action: { verb: 'run', argv: ['curl', ...options, '--create-dirs', '--output', path, url] },
    timeoutS: maxS + 20,
    explain: (_exit, output) =>
      new AppError('step_failed', `The host could not fetch ${url}: ${lastLines(output, 2)}.`, { hint }),
  };
}

/** Compares a fetched file with its pinned SHA-256; another one is removed, so that nobody installs it by hand. */
export function checkFile({ what, url, path }: Download, sha256: string, hint: string): Step {
  return {
    name: `Check ${what} against its pinned SHA-256`,
    effect: 'check',
    action: { verb: 'run', argv: ['sha256sum', '--check', '--quiet', '-'], stdin: `${sha256}  ${path}\n` },
    timeoutS: 60,
    rescue: [
      {
        name: 'Remove the file that is not the one pinned',
        effect: 'change',
        action: { verb: 'remove_file', path },
        timeoutS: 20,
      },
    ],
    explain: () =>
      new AppError(
        'step_failed',
        `What the host got from ${url} has not the SHA-256 ${sha256}; nothing was installed.`,
        { hint },
      ),
  };
}
