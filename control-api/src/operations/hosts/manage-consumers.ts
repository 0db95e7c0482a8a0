import { canonicalJson } from '../../lib/canonical.ts';
import { FactsMoved } from '../../lib/errors.ts';
import type { AddConsumerBody, RevokeKeyBody, RotateKeyBody } from '../../schemas/consumers.ts';
import type { Stack } from '../../schemas/manifest.ts';
import type { Consumer } from '../../schemas/secrets-file.ts';
import type { ConsumerKeys } from '../../services/consumer-keys.ts';
import type { Manifests } from '../../services/manifests.ts';
import type { SecretsFile } from '../../services/secrets-file.ts';
import { type CloudItem, cloudPlan } from '../cloud-steps.ts';
import { requireConfirmation } from '../confirmation.ts';
import { joinedPlan } from '../joined-plan.ts';
import { type Operation, type Plan, wouldChange } from '../operation.ts';
import { added, type ConsumerChange, revoked, rotated } from './consumer-changes.ts';
import { type KongTarget, planApply, warningsText } from './deploy-kong.ts';
import type { GatewayConfigs } from './gateway-config.ts';
import type { HostPlanner } from './host-plan.ts';
import type { HostNaming, HostResolver } from './host-target.ts';

interface Dependencies {
  hosts: HostResolver;
  planner: HostPlanner;
  gateway: GatewayConfigs;
  manifests: Manifests;
  secretsFile: SecretsFile;
  consumerKeys: ConsumerKeys;
  hmacKey: Buffer;
}

type Body = HostNaming & { username: string; apps_ip?: string | undefined };

/** Adds a consumer, or changes what one may do, and brings that to the gateway on a host. */
export function addConsumer(dependencies: Dependencies): Operation<AddConsumerBody, KongTarget> {
  return onConsumer('gateway.add-consumer', dependencies, async (input, consumers, { apps }) => {
    const key = await nextKey(input.username, consumers, dependencies);
    return added(input, { consumers, apps: apps.map(({ name }) => name), key });
  });
}

/** Makes a second key for a consumer, or drops the older one of two, and brings that to the gateway on a host. */
export function rotateKey(dependencies: Dependencies): Operation<RotateKeyBody, KongTarget> {
  return onConsumer('gateway.rotate-key', dependencies, async (input, consumers) =>
    rotated(input, { consumers, key: await nextKey(input.username, consumers, dependencies) }),
  );
}

/** Removes a consumer with its keys, here and from the gateway on a host. */
export function revokeKey(dependencies: Dependencies): Operation<RevokeKeyBody, KongTarget> {
  const operation = onConsumer<RevokeKeyBody>('gateway.revoke-key', dependencies, async ({ username }, consumers) =>
    revoked(username, consumers),
  );
  return {
    ...operation,
    async target(input, context) {
      requireConfirmation(input.confirm, input.username, `removes the consumer ${input.username} and its keys`);
      return operation.target(input, context);
    },
  };
}

/** The secrets file comes first, and the gateway after it: the same call brings what was cut off in between. */
function onConsumer<Input extends Body>(
  name: string,
  dependencies: Dependencies,
  decide: (input: Input, consumers: readonly Consumer[], stack: Stack) => Promise<ConsumerChange>,
): Operation<Input, KongTarget> {
  const { hosts, planner, gateway, manifests, secretsFile } = dependencies;
  return {
    name,
    deadlineS: 300,
    async target(input, { signal }) {
      const host = await hosts.resolve(input, signal);
      const { consumers } = await secretsFile.read().catch(() => ({ consumers: [] }));
      const key = await nextKey(input.username, consumers, dependencies);
      // The file is of this machine, so it is changed for one host at a time.
      return { ...host, also: [`file ${secretsFile.path}`], credentials: [...(await gateway.credentials()), key] };
    },
    async plan(input, context, host) {
      const [{ consumers: before }, stack] = await Promise.all([secretsFile.read(), manifests.read()]);
      const change = await decide(input, before, stack);
      const given = { stack, consumers: change.consumers };
      const rendered = await gateway.render({ appsIp: input.apps_ip, given, now: context.startedAt });
      const here = await planHere(input.username, before, change, dependencies);
      const there = await planApply(rendered, { host, context, planner });
      const warned = warningsText(rendered.warnings);
      return worded(joinedPlan(here, there), { username: input.username, change, warned }, dependencies);
    },
  };
}

async function nextKey(username: string, consumers: readonly Consumer[], { consumerKeys }: Dependencies) {
  return consumerKeys.next(username, newestKey(consumers.find((consumer) => consumer.username === username)));
}

function newestKey(consumer: Consumer | undefined) {
  return consumer?.keys.at(-1);
}

/** What is changed on this machine: the secrets file, and the file with the newest key alone. */
async function planHere(
  username: string,
  before: readonly Consumer[],
  { consumers, consumer, change }: ConsumerChange,
  { secretsFile, consumerKeys, hmacKey }: Dependencies,
): Promise<Plan> {
  const { path } = secretsFile;
  const seen = canonicalJson(before, hmacKey);
  const { keys, ...shown } = consumer ?? {};
  const file: CloudItem = !change
    ? { name: 'Consumers', settled: true, detail: path }
    : {
        name: change,
        effect: 'change',
        action: { file: path, ...shown, ...(keys ? { keys: keys.length } : {}) },
        async run() {
          if (canonicalJson((await secretsFile.read()).consumers, hmacKey) !== seen) throw new FactsMoved();
          await secretsFile.setConsumers(consumers);
          return { detail: path };
        },
      };
  const own = before.find((one) => one.username === username);
  const key = consumer ? await keepKey(consumer, consumerKeys) : await forgetKey(username, own, consumerKeys);
  return cloudPlan({
    // A key is forgotten before it is gone from the file: nobody knows it then but its trace.
    items: consumer ? [file, ...key] : [...key, file],
    preview: { message: '', result: {} },
    conclude: () => ({ message: '', result: {} }),
  });
}

async function keepKey(consumer: Consumer, consumerKeys: ConsumerKeys): Promise<CloudItem[]> {
  const { username } = consumer;
  const path = consumerKeys.pathOf(username);
  const key = newestKey(consumer);
  if (!key || (await consumerKeys.kept(username))?.reveal() === key.reveal()) {
    return [{ name: `Key of ${username}`, settled: true, detail: path }];
  }
  const run = async () => consumerKeys.keep(username, key).then(() => ({ detail: path }));
  return [{ name: `Keep the newest key of ${username}`, effect: 'change', action: { file: path, mode: '0600' }, run }];
}

async function forgetKey(username: string, own: Consumer | undefined, keys: ConsumerKeys): Promise<CloudItem[]> {
  const kept = await keys.kept(username);
  const key = newestKey(own) ?? kept;
  if (!key) return [];
  const run = async () => keys.forget(username, key).then(() => ({}));
  return [
    {
      name: `Remove the file with the key of ${username}`,
      effect: 'change',
      action: { file: keys.pathOf(username) },
      run,
    },
  ];
}

/** The plan, with what it means for the consumer as message and result. */
function worded(
  plan: Plan,
  { username, change: { consumer, said }, warned }: { username: string; change: ConsumerChange; warned: string },
  { consumerKeys }: Dependencies,
): Plan {
  const changes = plan.steps.filter(({ outcome }) => outcome === 'would_change').length;
  const more = {
    username,
    keys: consumer?.keys.length ?? 0,
    key_path: consumer ? consumerKeys.pathOf(username) : null,
  };
  const then = said.charAt(0).toLowerCase() + said.slice(1);
  const would = changes === 0 ? `${said}: ${wouldChange(0)}.` : `${wouldChange(changes)}; then ${then}.`;
  return {
    ...plan,
    preview: { message: would + warned, result: { ...plan.preview.result, ...more } },
    async apply(report) {
      const { result } = await plan.apply(report);
      const message = changes === 0 ? `${said}; nothing was changed.` : `${said}.`;
      return { message: message + warned, result: { ...result, ...more } };
    },
  };
}
