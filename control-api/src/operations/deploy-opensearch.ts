import { hmac } from '../lib/canonical.ts';
import { stepsOf } from '../lib/command.ts';
import type { Secret } from '../lib/secret.ts';
import { base } from '../recipes/base.ts';
import { type OpensearchForm, type OpensearchWish, opensearch, opensearchForm } from '../recipes/opensearch.ts';
import { packageEnvironment } from '../recipes/opensearch-package.ts';
import type { AptPlace } from '../recipes/opensearch-repository.ts';
import { CLUSTER, PORT } from '../recipes/opensearch-settings.ts';
import type { OpensearchLogin } from '../recipes/opensearch-tls.ts';
import type { DeployOpensearchBody } from '../schemas/opensearch.ts';
import type { Passwords } from '../services/passwords.ts';
import type { HostPlanner } from './host-plan.ts';
import type { HostResolver, HostTarget } from './host-target.ts';
import { type Operation, wouldChange } from './operation.ts';

interface Dependencies {
  hosts: HostResolver;
  planner: HostPlanner;
  passwords: Passwords;
  hmacKey: Buffer;
  /** Instead of the vendor's repository. */
  place: AptPlace | undefined;
}

/** A host and the secrets that are made for it: what an operation's target holds is redacted wherever it is told. */
interface OpensearchTarget extends HostTarget {
  installPassword: Secret;
  login?: OpensearchLogin;
  /** Name of the file for a password that was made here. */
  passwordFile?: string;
}

/** Makes a host run one node of OpenSearch: prepares the host, installs the package, fits it to the host, starts it. */
export function deployOpensearch(dependencies: Dependencies): Operation<DeployOpensearchBody, OpensearchTarget> {
  const { hosts, planner, passwords, place } = dependencies;
  return {
    name: 'opensearch.deploy',
    deadlineS: 900,
    target: async (input, { signal }) => withSecrets(await hosts.resolve(input, signal), input, dependencies),
    async plan(input, context, host) {
      const wish = wishOf(input, host, place);
      const packageEnv = packageEnvironment({ ...wish, secure: input.security === 'tls' });
      const prepared = { addresses: host.privateIp === null, packageEnv };
      const plan = await planner.plan(host, context, {
        probes: [...base.probes(prepared), ...opensearch.probes(wish)],
        decide(readings) {
          const facts = opensearch.parse(readings);
          // First of all whether the host can carry it: nothing is prepared for what will be refused.
          const form = opensearchForm(facts, wish);
          const items = [...base.plan(base.parse(readings), prepared), ...opensearch.plan(facts, wish)];
          const steps = stepsOf(items);
          const changes = steps.filter(({ effect }) => effect === 'change').length;
          const result = resultOf(form, input, host, passwords);
          const end = steps.length > 0 ? 'is deployed and healthy' : 'is as asked and healthy, nothing was changed,';
          return {
            items,
            preview: { message: `OpenSearch ${form.version}: ${wouldChange(changes)}.`, result },
            conclude: () => ({ message: `OpenSearch ${form.version} ${end} on ${host.label}.`, result }),
          };
        },
      });
      return { ...plan, apply: (report) => keepPassword(host, passwords).then(() => plan.apply(report)) };
    },
  };
}

async function withSecrets(
  host: HostTarget,
  { security, admin_password }: DeployOpensearchBody,
  { passwords, hmacKey }: Dependencies,
): Promise<OpensearchTarget> {
  const purpose = `opensearch admin of ${host.key}`;
  const password = admin_password ?? passwords.derive(purpose);
  if (security === 'private') return { ...host, installPassword: password };
  const login = {
    password,
    hash: await passwords.hash(password, purpose),
    salt: hmac(hmacKey, `salt of ${purpose}`).slice(0, 16),
  };
  const passwordFile = `opensearch-${host.label.replace(/^\w+ /, '').replaceAll('/', '-')}`;
  return { ...host, installPassword: password, login, ...(admin_password ? {} : { passwordFile }) };
}

function wishOf(
  { version, heap_mb: heapMb }: DeployOpensearchBody,
  { privateIp, installPassword, login }: OpensearchTarget,
  place: AptPlace | undefined,
): OpensearchWish {
  return {
    ...{ privateIp, place, installPassword },
    ...(version === undefined ? {} : { version }),
    ...(heapMb === undefined ? {} : { heapMb }),
    ...(login === undefined ? {} : { login }),
  };
}

/** On disk before the host hears of it, so that no cluster has a password that nobody knows. */
async function keepPassword({ passwordFile, login }: OpensearchTarget, passwords: Passwords): Promise<void> {
  if (passwordFile !== undefined && login) await passwords.keep(passwordFile, login.password);
}

function resultOf(
  { version, heapMb, privateIp, removedPlugins }: OpensearchForm,
  { security }: DeployOpensearchBody,
  { passwordFile }: OpensearchTarget,
  passwords: Passwords,
) {
  return {
    url: `${security === 'tls' ? 'https' : 'http'}://${privateIp ?? '127.0.0.1'}:${PORT}`,
    version,
    heap_mb: heapMb,
    security,
    cluster_name: CLUSTER,
    removed_plugins: removedPlugins,
    ...(passwordFile === undefined ? {} : { admin_password_file: passwords.pathOf(passwordFile) }),
  };
}
