import type { Reading, Text } from '../../../src/lib/command.ts';
import { PATHS } from '../../../src/recipes/opensearch/settings.ts';
import type { ModelOpensearch, ModelState } from '../model-state.ts';

export const ALL_PLUGINS = ['opensearch-alerting', 'opensearch-job-scheduler', 'opensearch-security', 'opensearch-sql'];
const KEYS = ['fountain-key.pem', 'fountain.pem', 'fountain-admin-key.pem', 'fountain-admin.pem'];

const ok = (output = ''): Reading => ({ exit: 0, output });
const fail = (output = '', exit = 1): Reading => ({ exit, output });

export function noOpensearch(): ModelOpensearch {
  const package_ = { version: '', status: '' as const, configured: '', held: false, plugins: [] };
  const unit = { enabled: false, active: false, dropIn: '', startedWith: '', passwordHash: null };
  return { ...package_, ...unit, maxMapCount: 65_530, scriptSetsMaps: true };
}

/** What a start reads. */
export function presentFiles({ files, opensearch }: ModelState): string {
  const { version, dropIn, plugins } = opensearch as ModelOpensearch;
  return JSON.stringify([version, files[PATHS.settings], files[PATHS.heap], dropIn, plugins]);
}

/** The programs of a model host as far as they have to do with OpenSearch; undefined for any other command line. */
export function runOnModelOpensearch(
  state: ModelState,
  program: string,
  words: readonly string[],
  { stdin, env }: { stdin: string; env: Readonly<Record<string, Text>> },
): Reading | undefined {
  if (!state.opensearch) return undefined;
  const { files } = state;
  const node = state.opensearch;
  const line = words.join(' ');
  const secure = () => (files[PATHS.settings] ?? '').includes('ssl.http.enabled: true');

  /** The package's postinst: fails without a password, starts an enabled unit after an upgrade. */
  function configure(): Reading {
    if (!env.OPENSEARCH_INITIAL_ADMIN_PASSWORD || env.DISABLE_INSTALL_DEMO_CONFIG !== 'true') {
      node.status = 'iF';
      return fail('ERROR: Something went wrong during demo configuration installation.');
    }
    if (env.DISABLE_SECURITY_PLUGIN === 'true') {
      const kept = (files[PATHS.settings] ?? 'node.name: x\n').replace(/^plugins\.security\.disabled.*\n/gm, '');
      files[PATHS.settings] = `${kept}plugins.security.disabled: true\n`;
    }
    if (node.scriptSetsMaps) node.maxMapCount = 262_144;
    if (node.configured !== '' && node.enabled) throw new Error('an upgrade started OpenSearch with every plugin');
    Object.assign(node, { status: 'ii', configured: node.version });
    return ok();
  }

  function install(): Reading {
    const version = /^opensearch=(.*)$/.exec(words.at(-1) ?? '')?.[1] ?? '';
    if (!['3.8.0', '3.7.0', '2.19.6'].includes(version)) return fail(`E: Version '${version}' was not found`, 100);
    if (!files[PATHS.source]?.includes(`/${version[0]}.x/`) || !files[PATHS.key]) return fail('E: no list', 100);
    if (words.includes('--simulate')) return ok();
    if (!words.includes('--allow-change-held-packages')) return fail('E: held packages', 100);
    Object.assign(node, { version, status: 'iU', plugins: [...ALL_PLUGINS], active: false, held: false });
    return configure();
  }

  function start(restart: boolean): Reading {
    if (node.status !== 'ii') return fail('Unit opensearch.service not found', 5);
    if (node.active && !restart) return ok();
    const broken = secure() && KEYS.some((name) => !files[`${PATHS.folder}/${name}`]);
    Object.assign(node, { active: !broken, startedWith: presentFiles(state) });
    if (secure()) node.passwordHash ??= /hash: "(.*)"/.exec(files[PATHS.users] ?? '')?.[1] ?? 'that of admin';
    return broken ? fail('Job for opensearch.service failed') : ok();
  }

  const systemctl: Record<string, () => Reading> = {
    'is-enabled opensearch': () => (node.enabled ? ok('enabled') : fail('disabled')),
    'is-active opensearch': () => (node.active ? ok('active') : fail('inactive', 3)),
    'daemon-reload': () => {
      node.dropIn = files[PATHS.dropIn] ?? '';
      return ok();
    },
    'enable opensearch': () => {
      node.enabled = true;
      return ok();
    },
    'disable opensearch': () => {
      node.enabled = false;
      return ok();
    },
    'stop opensearch': () => {
      node.active = false;
      return ok();
    },
    'start opensearch': () => start(false),
    'restart opensearch': () => start(true),
    'show opensearch --property=ActiveState,SubState,Result,ExecMainStatus': () => ok('ActiveState=failed'),
  };

  function curl(): Reading | undefined {
    if (!state.packages.includes('curl')) return fail('', 127);
    if (words.includes('--output') && words.includes(PATHS.key)) {
      files[PATHS.key] = 'the key';
      return ok();
    }
    if (!line.includes('127.0.0.1:9200')) return undefined;
    // What it was started with decides how it talks, not what lies there now.
    const talksTls = node.startedWith.includes('ssl.http.enabled: true');
    const mute = fail(line.includes('http_code') ? '000' : '', 7);
    if (!node.active || talksTls !== line.includes('https://')) return mute;
    if (line.includes('internalusers')) {
      node.passwordHash = /hash\\":\\"(.*?)\\"/.exec(stdin)?.[1] ?? null;
      return ok();
    }
    const password = /admin:(.*)"/.exec(stdin)?.[1];
    const lets = !talksTls || line.includes('--cert ') || node.passwordHash === `hash of ${password}`;
    if (!lets) return line.includes('--fail') ? fail('', 22) : ok('Unauthorized\n401');
    return ok('{"status":"yellow"}\n200');
  }

  const programs: Record<string, () => Reading | undefined> = {
    'dpkg-query': () => {
      if (words.at(-1) !== 'opensearch') return undefined;
      return node.status ? ok(`${node.held ? `h${node.status[1]}` : node.status}  ${node.version}`) : fail('');
    },
    dpkg: () => (line === '--configure -a' && /U|F/.test(node.status) && configure().exit !== 0 ? fail() : undefined),
    'apt-get': () => {
      if (line.includes('Dir::Etc::SourceList')) return ok();
      return words.at(-1)?.startsWith('opensearch=') ? install() : undefined;
    },
    'apt-mark': () => {
      if (line === 'showhold') return ok(node.held ? 'opensearch' : '');
      node.held = true;
      return ok();
    },
    'apt-cache': () => ok(' opensearch |      3.8.0 | https://artifacts.example stable/main amd64 Packages'),
    sha256sum: () => (words[0] === PATHS.key && files[PATHS.key] ? ok(`0123  ${PATHS.key}`) : fail()),
    cat: () => (line === '/proc/sys/vm/max_map_count' ? ok(String(node.maxMapCount)) : undefined),
    sysctl: () => {
      node.maxMapCount = Number(/\d+/.exec(files[PATHS.sysctl] ?? '')?.[0]);
      return ok();
    },
    ls: () => {
      if (words.length > 1) return words.every((path) => path in files) ? ok() : fail('', 2);
      if (line === PATHS.plugins) return node.status ? ok(node.plugins.join('\n')) : fail('', 2);
      const below = Object.keys(files).filter((path) => path.startsWith(`${PATHS.folder}/`));
      return ok(below.map((path) => path.slice(PATHS.folder.length + 1)).join('\n'));
    },
    test: () => {
      const path = words.at(-1) ?? '';
      const exists = path in files || node.plugins.some((name) => path === `${PATHS.plugins}/${name}`);
      return exists === (words[0] !== '!') ? ok() : fail();
    },
    '/usr/share/opensearch/bin/opensearch-plugin': () => {
      const name = words.at(-1) ?? '';
      if (node.active || !node.plugins.includes(name)) return fail('it runs, or there is no such plugin');
      node.plugins = node.plugins.filter((plugin) => plugin !== name);
      return ok();
    },
    openssl: () => {
      for (const option of ['-keyout', '-out']) files[words[words.indexOf(option) + 1] ?? ''] = 'pem';
      return ok();
    },
    chown: () => (words.slice(1).every((path) => path in files) ? ok() : fail('no such file')),
    journalctl: () => ok('a line'),
    systemctl: () => systemctl[line]?.(),
    curl,
  };
  return programs[program]?.();
}
