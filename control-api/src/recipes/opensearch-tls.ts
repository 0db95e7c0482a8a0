import type { Step } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import { loginConfig, type OpensearchFacts } from './opensearch-facts.ts';
import { PATHS } from './opensearch-settings.ts';
import { lastLines } from './recipe.ts';

/** The login that TLS goes along with. */
export interface OpensearchLogin {
  password: Secret;
  /** bcrypt hash of the password; the same each time, so that equal plans look equal. */
  hash: Secret;
  /** 16 characters; see makeSettings. */
  salt: string;
}

const NODE = { key: `${PATHS.folder}/fountain-key.pem`, certificate: PATHS.certificate };
const ADMIN = { key: `${PATHS.folder}/fountain-admin-key.pem`, certificate: `${PATHS.folder}/fountain-admin.pem` };
const URL = 'https://127.0.0.1:9200';
/** The security plugin reads its users from an index of its own, which it makes some time after its start. */
const PATIENT = ['--retry', '10', '--retry-all-errors', '--retry-delay', '3', '--max-time', '60'];

/** Options of curl that make it the super admin of the cluster: plugins.security.authcz.admin_dn. */
export const ADMIN_CERTIFICATE = ['--cacert', PATHS.certificate, '--cert', ADMIN.certificate, '--key', ADMIN.key];

export function certificatesAreMissing({ configFiles }: OpensearchFacts): boolean {
  const paths = configFiles.map((name) => `${PATHS.folder}/${name}`);
  return [...Object.values(NODE), ...Object.values(ADMIN)].some((path) => !paths.includes(path));
}

/**
 * What TLS needs before a start: two self-signed certificates, of the node and of the super admin; and the only user.
 * The file of users counts at the very first start; it takes the demo users away, whose passwords everybody knows.
 */
export function prepareTls({ hash }: OpensearchLogin, privateIp: string | undefined): Step[] {
  const names = ['IP:127.0.0.1', ...(privateIp === undefined ? [] : [`IP:${privateIp}`])].join(',');
  return [
    certify('Make the certificate of the node', NODE, [
      '-subj',
      '/CN=opensearch',
      '-addext',
      `subjectAltName=${names}`,
    ]),
    certify('Make the certificate of the super admin', ADMIN, ['-subj', '/CN=fountain-admin']),
    writeUsers(hash),
    {
      name: 'Give OpenSearch its key, certificate and users',
      effect: 'change',
      action: { verb: 'run', argv: ['chown', 'opensearch:opensearch', NODE.key, NODE.certificate, PATHS.users] },
      timeoutS: 20,
    },
  ];
}

/** Both are made anew unless both are there. */
function certify(
  name: string,
  { key, certificate }: Readonly<Record<'key' | 'certificate', string>>,
  subject: readonly string[],
): Step {
  const options = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', ...subject];
  return {
    name,
    effect: 'change',
    action: { verb: 'run', argv: ['openssl', 'req', ...options, '-keyout', key, '-out', certificate] },
    timeoutS: 60,
    guard: ['ls', key, certificate],
  };
}

function writeUsers(hash: Secret): Step {
  const content = [
    '---\n_meta:\n  type: "internalusers"\n  config_version: 2\nadmin:\n  hash: "',
    hash,
    '"\n  reserved: false\n  backend_roles:\n  - "admin"\n  description: "The only user at first"\n',
  ];
  return {
    name: `Write ${PATHS.users}`,
    effect: 'change',
    action: { verb: 'write_file', path: PATHS.users, mode: '600', content },
    timeoutS: 20,
  };
}

/** Sets the password in the running cluster, whichever it had before, and checks that it lets admin in. */
export function setPassword({ password, hash }: OpensearchLogin): Step[] {
  return [
    {
      name: 'Set the password of admin',
      effect: 'change',
      action: {
        verb: 'run',
        argv: [
          ...['curl', '--silent', '--show-error', '--fail', ...ADMIN_CERTIFICATE, ...PATIENT, '--request', 'PUT'],
          ...['--header', 'Content-Type: application/json', '--config', '-'],
          `${URL}/_plugins/_security/api/internalusers/admin`,
        ],
        stdin: ['data = "{\\"hash\\":\\"', hash, '\\",\\"backend_roles\\":[\\"admin\\"]}"\n'],
      },
      timeoutS: 120,
    },
    {
      name: 'Check the password of admin',
      effect: 'check',
      action: {
        verb: 'run',
        argv: [
          ...[
            'curl',
            '--silent',
            '--show-error',
            '--fail',
            '--cacert',
            PATHS.certificate,
            ...PATIENT,
            '--output',
            '/dev/null',
          ],
          ...['--config', '-', `${URL}/_cluster/health`],
        ],
        stdin: loginConfig(password),
      },
      timeoutS: 120,
      explain: (_exit, output) =>
        new AppError('step_failed', `OpenSearch does not let admin in with the password: ${lastLines(output, 2)}.`),
    },
  ];
}
