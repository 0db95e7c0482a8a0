import { readBalcony, writeAndReadBalcony } from './balcony.ts';
import { rollOn } from './rolling.ts';
import type { SandboxProcess } from './sandbox-process.ts';
import { apps, type Role, stack } from './stack.ts';
import { type Stage, say } from './stage.ts';
import { openWayIn } from './way-in.ts';

const { region, availability_zone, key_pair, instances } = stack;
/** The repository and the token that the sandbox's GitHub knows. */
const github = { repo_name: 'fountain/story-stack', github_token: 'ghp_sandbox' };

/** The whole rollout by hand-made calls; throws at the first that does not hold. */
export async function rollOut(stage: Stage, sandbox: SandboxProcess): Promise<void> {
  const ssh_key_path = await makeKeyPair(stage);
  for (const role of roles()) await makeInstance(stage, role);
  const address = await giveAddresses(stage);
  const on = (role: Role) => ({ instance_name: instances[role].name, region, ssh_key_path });

  await stage.thrice('Install OpenSearch', { path: '/services/deploy-opensearch', body: on('opensearch') });
  for (const { name: app, tag } of apps) {
    await stage.thrice(`Deploy ${app}`, {
      path: '/services/deploy-docker-app',
      body: { ...on('apps'), app, tag },
    });
  }
  await stage.interrupted(
    'Install Kong, with the connection cut on the way',
    { path: '/services/deploy-kong', body: on('kong') },
    () => sandbox.playOnHost(instances.kong.name, { type: 'hang_up', step: 4 }),
  );
  await tellGitHub(stage, address);
  const gateway = await openWayIn(stage, sandbox, on('kong'), address);
  try {
    say('\nWithout a key nobody comes in, and over http nobody stays');
    await gateway.refuses('story-factory-api', '/stories?scriptId=1');
    await gateway.redirects('story-factory-api', '/stories?scriptId=1');
    const written = await writeAndReadBalcony(gateway);
    await rollOn(stage, on('apps'), gateway, written);
    say('\nRead the story once more');
    await readBalcony(gateway, written);
  } finally {
    gateway.close();
  }
}

async function makeKeyPair(stage: Stage): Promise<string> {
  const body = { key_pair_name: key_pair, region };
  const { ssh_key_path } = await stage.thrice('Make a key pair', { path: '/aws/lightsail/create-key-pair', body });
  return String(ssh_key_path);
}

function roles(): Role[] {
  return Object.keys(instances) as Role[];
}

async function makeInstance(stage: Stage, role: Role): Promise<void> {
  const { name, bundle, blueprint } = instances[role];
  await stage.thrice(`Create the instance for ${role}`, {
    path: '/aws/lightsail/create-instance',
    body: {
      ...{ instance_name: name, blueprint_id: blueprint, bundle_id: bundle, region, availability_zone },
      key_pair_name: key_pair,
    },
  });
}

/** A fixed address for the gateway, and firewalls that open what is needed; returns that address. */
async function giveAddresses(stage: Stage): Promise<string> {
  const { static_ip } = await stage.thrice('Give Kong an address that stays', {
    path: '/aws/lightsail/attach-static-ip',
    body: { static_ip_name: instances.kong.static_ip, instance_name: instances.kong.name, region },
  });
  for (const role of roles()) {
    const { name, firewall } = instances[role];
    const body = { instance_name: name, region, rules: firewall };
    await stage.thrice(`Set the firewall of ${role}`, { path: '/aws/lightsail/set-firewall', body });
  }
  return (static_ip as { ip_address: string }).ip_address;
}

async function tellGitHub(stage: Stage, address: string): Promise<void> {
  const body = { ...github, secret_name: 'GATEWAY_ADDRESS', secret_value: address };
  await stage.thrice('Set a secret for GitHub Actions', { path: '/github/add-secret', body });
}
