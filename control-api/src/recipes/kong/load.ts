import type { PlanItem, Step } from '../../lib/command.ts';
import { type KongConfig, md5Of } from './config.ts';
import { explainLoad, explainParse } from './errors.ts';
import type { KongFacts } from './facts.ts';
import { BROUGHT, CONF, CONFIG, NEXT_CONFIG, PREVIOUS_CONFIG } from './settings.ts';

/** Whether the host's kong.yml is another one. */
export function configDiffers({ config }: KongFacts, { text }: KongConfig): boolean {
  return config !== text.trimEnd();
}

/** Whether there is no configuration before this one on the host, and so no way back. */
export function isFirst(facts: KongFacts, config: KongConfig): boolean {
  return (configDiffers(facts, config) ? facts.config : facts.previous) === null;
}

/** What tells that the host's kong.yml is this one already. */
export function settledFile({ sha256 }: KongConfig): PlanItem {
  return { name: 'Kong configuration', settled: true, detail: `sha256 ${sha256.slice(0, 12)}` };
}

/** Has Kong check the configuration beside the present one, which stays as it is. */
export function checkBeside({ text }: KongConfig): Step[] {
  return [writeConfig('Write the configuration beside the present one', NEXT_CONFIG, text), parseNext()];
}

/** Puts the configuration in its place, as the last act, and keeps the one that was there. */
export function putInPlace(facts: KongFacts, config: KongConfig): PlanItem[] {
  const { config: before } = facts;
  if (!configDiffers(facts, config)) return [removeNext(), settledFile(config)];
  return [
    removeNext(),
    ...(before === null ? [] : [writeConfig('Keep the previous configuration', PREVIOUS_CONFIG, `${before}\n`)]),
    writeConfig('Write the configuration', CONFIG, config.text),
  ];
}

/** So that a Kong that was started again with an older file is known as such: GET /services/status compares. */
export function remember({ brought }: KongFacts, { md5 }: KongConfig): PlanItem[] {
  if (brought === md5) return [];
  const action = { verb: 'write_file', path: BROUGHT, mode: '644', content: `${md5}\n` } as const;
  return [{ name: 'Remember which configuration was brought', effect: 'change', action, timeoutS: 20 }];
}

/**
 * Kong's own load: 304 when the MD5 of the file is that of what is loaded; else it loads it, 201, without new workers, and cuts
 * no connection. 400: it refuses it, and goes on with what it has. kong/api/routes/config.lua of Kong 3.9.
 */
export function load(name: string, effect: Step['effect'], file = CONFIG): Step {
  const url = 'http://127.0.0.1:8001/config?check_hash=1';
  const answer = ['--silent', '--output', '/dev/null', '--max-time', '60', '--write-out', '%{http_code}'];
  const body = ['--header', 'Content-Type: application/yaml', '--data-binary', `@${file}`];
  return {
    name,
    effect,
    action: {
      verb: 'wait_until',
      argv: ['curl', ...answer, ...body, url],
      want: '304',
      stop: '400',
      intervalS: 1,
      times: 1,
    },
    timeoutS: 60,
    explain: (_exit, output) => explainLoad(output),
  };
}

/** The way back while the file is still the one before. */
export function loadFileAgain({ config }: KongFacts): Step[] {
  const again = load('Load the previous configuration again', 'change');
  return [...(config === null ? [] : [again]), removeNext()];
}

/** Puts the configuration that was there before back in its place, when there was another. */
export function putBack(facts: KongFacts, config: KongConfig): Step[] {
  const before = configDiffers(facts, config) ? facts.config : stillLoaded(facts, config);
  return before === null ? [] : [writeConfig('Put the previous configuration back', CONFIG, `${before}\n`)];
}

/** After a cut between the file and the start that reads it, what is loaded is what was kept. */
function stillLoaded({ previous, loadedHash }: KongFacts, { md5 }: KongConfig): string | null {
  if (previous === null || loadedHash === md5) return null;
  return md5Of(`${previous}\n`) === loadedHash ? previous : null;
}

/** Read by Kong's main process, which is root; it may hold credentials, so no diff of it is shown. */
function writeConfig(name: string, path: string, content: string): Step {
  return { name, effect: 'change', action: { verb: 'write_file', path, mode: '640', content }, timeoutS: 20 };
}

/**
 * A prefix of its own: with the running Kong's, its .kong_env goes before `-c`, so that the plugins of a kong.conf not loaded yet
 * would not count (kong/cmd/config.lua).
 */
function parseNext(): Step {
  const argv = ['kong', 'config', 'parse', NEXT_CONFIG, '-c', CONF, '-p', '/var/cache/fountain/kong-parse'];
  return {
    name: 'Let Kong check the configuration',
    effect: 'check',
    action: { verb: 'run', argv },
    timeoutS: 60,
    rescue: [removeNext()],
    explain: (_exit, output) => explainParse(output),
  };
}

function removeNext(): Step {
  return {
    name: 'Remove the copy that was checked',
    effect: 'change',
    action: { verb: 'remove_file', path: NEXT_CONFIG },
    timeoutS: 20,
  };
}
