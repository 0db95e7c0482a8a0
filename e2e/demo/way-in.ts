import { createGateway, type Gateway } from './gateway.ts';
import type { SandboxProcess } from './sandbox-process.ts';
import { stack } from './stack.ts';
import { type Stage, say } from './stage.ts';

/** The way into the stack: names that lead to the gateway's `address`, a certificate for them, and a key. `host` is Kong's. */
export async function openWayIn(
  stage: Stage,
  sandbox: Pick<SandboxProcess, 'authority' | 'proxyPorts'>,
  host: object,
  address: string,
): Promise<Gateway> {
  await nameIt(stage, address);
  const names = [stack.domain, `*.${stack.domain}`];
  await stage.thrice('Have a certificate', {
    path: '/tls/issue-certificate',
    body: { names, email: `operator@${stack.domain}` },
  });
  await stage.thrice('Bring it to the gateway', { path: '/services/apply-kong-config', body: { ...host } });
  const { key_path } = await stage.thrice('Let somebody in', {
    path: '/services/add-consumer',
    // More than the stack's: later it asks as fast as it can.
    body: { ...host, username: 'story-writer', access: { all: 'write' }, limits: { minute: 5000, hour: 50000 } },
  });
  const { url, file } = sandbox.authority;
  say(`\nThe authority that signed the certificate is one of the sandbox's own\n  curl -s ${url} -o ${file}`);
  return createGateway({ address, ports: sandbox.proxyPorts, authority: file, key: String(key_path) });
}

async function nameIt(stage: Stage, address: string): Promise<void> {
  const { domain } = stack;
  const { zone } = await stage.thrice('Create the hosted zone', {
    path: '/aws/route53/create-hosted-zone',
    body: { domain },
  });
  const { name_servers } = zone as { name_servers: string[] };
  if (name_servers.length === 0) throw new Error('the zone has no name servers');
  // All names below the domain lead to the gateway, those of its apps among them.
  const records = [
    { name: '@', type: 'A', values: [address], ttl: 300 },
    { name: '*', type: 'CNAME', values: [domain], ttl: 300 },
  ];
  for (const record of records) {
    const call = { path: '/aws/route53/upsert-record', body: { domain, ...record } };
    await stage.thrice(`Write the ${record.type} record of ${record.name}`, call);
  }
}
