import { DEMO_FAILED, pluginsOf } from '../../stand-ins/opensearch/index.ts';
import { settingsAtBoot } from '../machine/sysctl.ts';
import { startUnit, stopUnit } from '../units/manager.ts';
import { type PackageScripts, type ScriptCall, writeNew } from './script.ts';

const YML = '/etc/opensearch/opensearch.yml';
const PLUGINS = '/usr/share/opensearch/plugins';
const USERS = '/etc/opensearch/opensearch-security/internal_users.yml';
const LOG = '/var/log/opensearch/install_demo_configuration.log';
/** Of the password `admin`. */
const DEMO_HASH = '$2a$12$VcCDgh2NDk07JGN0rjGbM.Ad41qVR/YFJcgHp0UGns5JDymv..TOG';
const MADE_BY_DEMO = '######## Start OpenSearch Security Demo Configuration ########\n';

const CONFFILES = {
  [YML]: '# opensearch.yml of a virtual host\npath.data: /var/lib/opensearch\npath.logs: /var/log/opensearch\n',
  '/etc/opensearch/jvm.options': '## JVM configuration\n-Xms1g\n-Xmx1g\n',
  [USERS]: `---\n_meta:\n  type: "internalusers"\n  config_version: 2\nadmin:\n  hash: "${DEMO_HASH}"\n  reserved: true\n`,
};

const NOT_STARTED = [
  '### NOT starting on installation, please execute the following statements to configure opensearch service to start automatically using systemd',
  ' sudo systemctl daemon-reload',
  ' sudo systemctl enable opensearch.service',
  '### You can start opensearch service by executing',
  ' sudo systemctl start opensearch.service',
];

export const opensearch: PackageScripts = {
  async unpack({ machine, version }) {
    const { files, state } = machine;
    if (state.units.opensearch?.active) await stopUnit(machine, 'opensearch');
    const directories = ['/etc/opensearch/jvm.options.d', '/etc/opensearch/opensearch-security', '/usr/lib/sysctl.d'];
    const more = ['/var/lib/opensearch', '/var/log/opensearch', '/usr/share/opensearch/bin'];
    const plugins = pluginsOf(version).map((name) => `${PLUGINS}/${name}`);
    for (const path of [...directories, ...more, ...plugins]) files.makeDirectories(path);
    writeNew(machine, CONFFILES, 'opensearch:opensearch');
    files.write('/usr/lib/sysctl.d/opensearch.conf', 'vm.max_map_count=262144\n', '644');
  },

  async configure(call) {
    const { machine, version, environment, upgraded, say } = call;
    const secured = machine.files.isDirectory(`${PLUGINS}/opensearch-security`);
    // Both switches are there from 3.7 on.
    const switches = version.localeCompare('3.7', 'en', { numeric: true }) >= 0;
    const skipsDemo = switches && environment.DISABLE_INSTALL_DEMO_CONFIG === 'true';
    const disabled = switches && environment.DISABLE_SECURITY_PLUGIN === 'true';
    if (secured && !skipsDemo && !installDemo(call)) {
      say(`${DEMO_FAILED}\n`);
      return 1;
    }
    if (secured && disabled) disableSecurity(call);
    takeOver(call);
    Object.assign(machine.state.sysctl, settingsAtBoot(machine.files));
    if (!upgraded) say(`${NOT_STARTED.join('\n')}\n`);
    else if (machine.state.units.opensearch?.enabled) {
      say('Restarting opensearch.service after upgrade\n');
      return (await startUnit(machine, 'opensearch')) ? 1 : 0;
    }
    if (!upgraded && secured && disabled) say(`### Security plugin is DISABLED, update parameter: ${YML}\n`);
    return 0;
  },
};

/** install_demo_configuration.sh -y -i -s; gives whether it went well. */
function installDemo({ machine: { files }, environment }: ScriptCall): boolean {
  const settings = files.find(YML)?.text ?? '';
  const log = (text: string) => files.write(LOG, `${text}\n`, '640');
  if (/^plugins\.security/m.test(settings)) {
    log(`${YML} seems to be already configured for Security. Quit.`);
    return true;
  }
  const password = environment.OPENSEARCH_INITIAL_ADMIN_PASSWORD ?? '';
  const isCustom = !files.find(USERS)?.text.includes(DEMO_HASH);
  if (!isCustom && password === '') {
    log(
      'No custom admin password found. Please provide a password via the environment variable OPENSEARCH_INITIAL_ADMIN_PASSWORD.',
    );
    return false;
  }
  if (!isCustom && !isStrong(password)) {
    log(
      `Password ${password} failed validation: "Weak password". Please re-try with a minimum 8 character password and must contain at least one uppercase letter, one lowercase letter, one digit, and one special character that is strong. Password strength can be tested here: https://lowe.github.io/tryzxcvbn`,
    );
    return false;
  }
  log('Admin password set successfully.');
  // The demo's certificates are not made: a node that is started with these settings refuses to.
  const demo = ['transport', 'http'].flatMap((layer) =>
    ['pemcert_filepath: esnode.pem', 'pemkey_filepath: esnode-key.pem', 'pemtrustedcas_filepath: root-ca.pem'].map(
      (line) => `plugins.security.ssl.${layer}.${line}\n`,
    ),
  );
  const rest = 'plugins.security.ssl.http.enabled: true\nplugins.security.allow_unsafe_democertificates: true\n';
  files.write(YML, `${settings}${MADE_BY_DEMO}${demo.join('')}${rest}`, '660');
  return true;
}

/** The script's own rule; how likely a word is to be guessed is not asked here. */
function isStrong(password: string): boolean {
  const kinds = [/[A-Z]/, /[a-z]/, /\d/, /[^a-zA-Z\d]/];
  return password.length >= 8 && kinds.every((kind) => kind.test(password));
}

function disableSecurity({ machine: { files } }: ScriptCall): void {
  const lines = (files.find(YML)?.text ?? '').replace(/\n+$/, '').split('\n');
  const others = lines.filter((line) => !line.startsWith('plugins.security.disabled'));
  files.write(YML, `${[...others, 'plugins.security.disabled: true'].join('\n')}\n`, '660');
}

/** chown -R and chmod -R u=rwX,g=rX,o= of the configuration. */
function takeOver({ machine: { state } }: ScriptCall): void {
  for (const [path, file] of Object.entries(state.files)) {
    if (path.startsWith('/etc/opensearch/')) Object.assign(file, { owner: 'opensearch:opensearch', mode: '640' });
  }
}
