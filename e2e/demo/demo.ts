import { parseArgs } from 'node:util';
import { Listr } from 'listr2';
import { type Answer, type Call, createClient, curlLine } from './client.ts';
import { startSandboxProcess } from './sandbox-process.ts';

const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, machines: { type: 'boolean', default: false } },
});
const say = (text: string) => process.stdout.write(`${text}\n`);

say('Starting a local cloud and the control API …');
const ports = values.once ? { port: 0, lightsailPort: 0 } : { port: 8000, lightsailPort: 4566 };
const sandbox = await startSandboxProcess({ ...ports, machines: values.machines });
process.once('SIGINT', () => void sandbox.stop());
process.once('SIGTERM', () => void sandbox.stop());
const client = createClient(sandbox.baseUrl);

try {
  await rollOut();
  say('\nEverything held: planned, done, repeated unchanged, rolled back.');
  if (values.once) {
    await sandbox.stop();
  } else {
    say(`It stays up: every call with examples is at ${sandbox.baseUrl}/docs. Ctrl-C ends it.`);
    await sandbox.ended;
  }
} catch (error) {
  say(`\nIt did not hold: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
  await sandbox.stop();
}

async function rollOut(): Promise<void> {
  const region = 'eu-central-1';
  const keyPair = { path: '/aws/lightsail/create-key-pair', body: { key_pair_name: 'demo-key', region } };
  const { ssh_key_path } = resultOf(await thrice('Make a key pair', keyPair));

  const blueprint_id = 'debian_12';
  const instance = {
    path: '/aws/lightsail/create-instance',
    body: {
      instance_name: 'demo-apps',
      blueprint_id,
      bundle_id: 'micro_3_0',
      region,
      availability_zone: `${region}a`,
      key_pair_name: 'demo-key',
    },
  };
  const made = resultOf(await thrice('Create an instance', instance)).instance as { public_ip: string };

  const deploy = (tag: string) => ({
    path: '/services/deploy-docker-app',
    body: {
      instance_ip: made.public_ip,
      docker_image: `ghcr.io/fountain/hello:${tag}`,
      ssh_key_path,
      ports: [8080],
      publish: 'public',
      health_path: '/health',
    },
  });
  const first = resultOf(await thrice('Deploy an app', deploy('1.0')));
  await expectPage(made.public_ip, '1.0');
  await thrice('Deploy its next version', deploy('1.1'));
  await expectPage(made.public_ip, '1.1');

  const rollback = {
    path: '/services/rollback-docker-app',
    body: { instance_ip: made.public_ip, ssh_key_path, name: 'hello', to: first.digest },
  };
  await thrice('Roll back', rollback);
  await expectPage(made.public_ip, '1.0');
}

/** Dry run, then exactly that plan, then the same call again, which must change nothing. */
async function thrice(title: string, call: Call): Promise<Answer> {
  say(`\n${title}`);
  const planned = await once('what it would do', { ...call, dryRun: true });
  const would = planned.steps.filter(({ outcome }) => outcome === 'would_change');
  if (would.length === 0 || planned.changed) throw new Error(`${title}: the dry run shows no change to come`);
  const done = await once('do exactly that', { ...call, ifMatch: planned.plan_hash ?? undefined });
  if (!done.changed) throw new Error(`${title}: nothing was changed`);
  const again = await once('the same call again', call);
  if (again.changed) throw new Error(`${title}: the same call changed something again`);
  return again;
}

async function once(what: string, call: Call): Promise<Answer> {
  say(`\n  # ${what}\n  ${curlLine(sandbox.baseUrl, call)}`);
  let answer: Answer | undefined;
  const list = new Listr([
    {
      title: what,
      rendererOptions: { persistentOutput: false },
      task: async (_context, running) => {
        answer = await client.operate(call, (line) => {
          running.output = line;
        });
        if (answer.error) throw new Error(`${answer.error.code}: ${answer.error.message} ${answer.error.hint}`);
        running.title = `${answer.message} (changed: ${answer.changed})`;
      },
    },
  ]);
  await list.run();
  const { steps } = answer as Answer;
  for (const { name, outcome } of steps) say(`    ${outcome.padEnd(12)} ${name}`);
  return answer as Answer;
}

function resultOf(answer: Answer): Record<string, unknown> {
  if (!answer.result) throw new Error(`${answer.message}: the answer has no result`);
  return answer.result;
}

async function expectPage(address: string, version: string): Promise<void> {
  const url = `http://${address}:8080/`;
  say(`\n  curl ${url}`);
  const text = await (await fetch(url)).text();
  say(`  ${text.trim()}`);
  if (!text.includes(version)) throw new Error(`${url} does not answer as version ${version}`);
}
