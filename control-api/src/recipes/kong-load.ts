import type { PlanItem, Step } from '../lib/command.ts';
import { type KongConfig, md5Of } from './kong-config.ts';
import { explainLoad, explainParse } from './kong-errors.ts';
import type { KongFacts } from './kong-facts.ts';
import { CONF, CONFIG, NEXT_CONFIG, PREVIOUS_CONFIG } from './kong-settings.ts';

/** Whether the host's kong.yml is another one. */
export function configDiffers({ config }: KongFacts, { text }: KongConfig): boolean {
  return config !== text.trimEnd();
}

/**
 * Has Kong check the configuration beside the present one, then puts it in its place and keeps the present one. `recheck`: also
 * when it is there already, since what will read it is another Kong.
 */
export function planConfigFile(facts: KongFacts, config: KongConfig, recheck: boolean): PlanItem[] {
  const { text, sha256 } = config;
  const differs = configDiffers(facts, config);
  const settled: PlanItem = { name: 'Kong configuration', settled: true, detail: `sha256 ${sha256.slice(0, 12)}` };
  if (!differs && !recheck) return [settled];
  return [
    writeConfig('Write the configuration beside the present one', NEXT_CONFIG, text),
    parseNext(),
    removeNext(),
    ...(differs && facts.config !== null
      ? [writeConfig('Keep the previous configuration', PREVIOUS_CONFIG, `${facts.config}\n`)]
      : []),
    differs ? writeConfig('Write the configuration', CONFIG, text) : settled,
  ];
}

/**
 * Kong's own load: 304 when the MD5 of the file is that of what is loaded; else it loads it, 201, without new workers, and cuts
 * no connection. 400: it refuses it, and goes on with what it has. kong/api/routes/config.lua of Kong 3.9.
 */
export function load(name: string, effect: Step['effect']): Step {
  const url = 'http://127.0.0.1:8001/config?check_hash=1';
  const answer = ['--silent', '--output', '/dev/null', '--max-time', '60', '--write-out', '%{http_code}'];
  const body = ['--header', 'Content-Type: application/yaml', '--data-binary', `@${CONFIG}`];
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

/** Puts the configuration that was there before back in its place, when there was another. */
export function putBack(facts: KongFacts, config: KongConfig): Step[] {
  const before = configDiffers(facts, config) ? facts.config : stillLoaded(facts, config);
  return before === null ? [] : [writeConfig('Put the previous configuration back', CONFIG, `${before}\n`)];
}

/** After a cut between the file and its loading, what is loaded is what was kept. */
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
