import { writeAndReadBalcony } from './balcony.ts';
import type { SandboxProcess } from './sandbox-process.ts';
import { deployServices, servicePorts } from './services.ts';
import { type Stage, say } from './stage.ts';

const region = 'eu-central-1';
const domain = 'fountain.example';
/** The repository and the token that the sandbox's GitHub knows. */
const github = { repo_name: 'fountain/story-stack', github_token: 'ghp_sandbox' };

/** Sizes that fit, each the smallest: OpenSearch takes 2 GB, the others little. */
const bundles = { opensearch: 'small_3_0', kong: 'nano_3_0', apps: 'micro_3_0' } as const;
type Role = keyof typeof bundles;
const openPorts: Record<Role, number[]> = { opensearch: [22], kong: [22, 80, 443], apps: [22, 8080, ...servicePorts] };

/** The whole rollout by hand-made calls; throws at the first that does not hold. */
export async function rollOut(stage: Stage, sandbox: Pick<SandboxProcess, 'playOnHost'>): Promise<void> {
  const ssh_key_path = await makeKeyPair(stage);
  const hosts = await makeInstances(stage);
  const gateway = await giveAddresses(stage);
  const on = (role: Role) => ({ instance_name: role, region, ssh_key_path });

  await stage.thrice('Install OpenSearch', { path: '/services/deploy-opensearch', body: on('opensearch') });
  await deployApp(stage, on('apps'), hosts.apps.public_ip);
  await stage.interrupted(
    'Install Kong, with the connection cut on the way',
    { path: '/services/deploy-kong', body: { ...on('kong'), apps_ip: hosts.apps.private_ip } },
    () => sandbox.playOnHost('kong', { type: 'hang_up', step: 4 }),
  );
  await tellGitHub(stage, gateway);
  await nameIt(stage, gateway);
  say(
    '\nThe story services answer everybody here, so that this demo reaches them; keep yours private, behind the gateway.',
  );
  await writeAndReadBalcony(await deployServices(stage, on('apps')));
}

async function makeKeyPair(stage: Stage): Promise<string> {
  const body = { key_pair_name: 'fountain-key', region };
  const { ssh_key_path } = await stage.thrice('Make a key pair', { path: '/aws/lightsail/create-key-pair', body });
  return String(ssh_key_path);
}

interface Addresses {
  public_ip: string;
  private_ip: string;
}

async function makeInstances(stage: Stage): Promise<Record<Role, Addresses>> {
  const made: Partial<Record<Role, Addresses>> = {};
  for (const role of roles()) {
    const body = {
      instance_name: role,
      blueprint_id: 'debian_12',
      bundle_id: bundles[role],
      region,
      availability_zone: `${region}a`,
      key_pair_name: 'fountain-key',
    };
    const call = { path: '/aws/lightsail/create-instance', body };
    made[role] = (await stage.thrice(`Create the instance for ${role}`, call)).instance as Addresses;
  }
  return made as Record<Role, Addresses>;
}

function roles(): Role[] {
  return Object.keys(bundles) as Role[];
}

/** A fixed address for the gateway, and firewalls that open what is needed; returns that address. */
async function giveAddresses(stage: Stage): Promise<string> {
  const { static_ip } = await stage.thrice('Give Kong an address that stays', {
    path: '/aws/lightsail/attach-static-ip',
    body: { static_ip_name: 'kong-ip', instance_name: 'kong', region },
  });
  for (const role of roles()) {
    const rules = openPorts[role].map((port) => ({ protocol: 'tcp', from_port: port, to_port: port }));
    const body = { instance_name: role, region, rules };
    await stage.thrice(`Set the firewall of ${role}`, { path: '/aws/lightsail/set-firewall', body });
  }
  return (static_ip as { ip_address: string }).ip_address;
}

async function deployApp(stage: Stage, host: object, address: string): Promise<void> {
  const deploy = (tag: string) => ({
    path: '/services/deploy-docker-app',
    body: {
      ...host,
      docker_image: `ghcr.io/fountain/hello:${tag}`,
      ports: [8080],
      publish: 'public',
      health_path: '/health',
    },
  });
  const first = await stage.thrice('Deploy an app', deploy('1.0'));
  await expectPage(address, '1.0');
  await stage.thrice('Deploy its next version', deploy('1.1'));
  await expectPage(address, '1.1');
  const body = { ...host, name: 'hello', to: first.digest };
  await stage.thrice('Roll back', { path: '/services/rollback-docker-app', body });
  await expectPage(address, '1.0');
}

async function tellGitHub(stage: Stage, gateway: string): Promise<void> {
  const body = { ...github, secret_name: 'GATEWAY_ADDRESS', secret_value: gateway };
  await stage.thrice('Set a secret for GitHub Actions', { path: '/github/add-secret', body });
}

async function nameIt(stage: Stage, gateway: string): Promise<void> {
  const { zone } = await stage.thrice('Create the hosted zone', {
    path: '/aws/route53/create-hosted-zone',
    body: { domain },
  });
  const { name_servers } = zone as { name_servers: string[] };
  if (name_servers.length === 0) throw new Error('the zone has no name servers');
  const records = [
    { name: '@', type: 'A', values: [gateway], ttl: 300 },
    { name: 'api', type: 'CNAME', values: [domain], ttl: 300 },
  ];
  for (const record of records) {
    const call = { path: '/aws/route53/upsert-record', body: { domain, ...record } };
    await stage.thrice(`Write the ${record.type} record of ${record.name}`, call);
  }
}

async function expectPage(address: string, version: string): Promise<void> {
  const url = `http://${address}:8080/`;
  say(`\n  curl ${url}`);
  const text = await (await fetch(url)).text();
  say(`  ${text.trim()}`);
  if (!text.includes(version)) throw new Error(`${url} does not answer as version ${version}`);
}
