import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { connect, type PeerCertificate } from 'node:tls';
import { generate } from 'selfsigned';
import { beforeAll, expect, test } from 'vitest';
import { checkDeclarative } from '../../../src/stand-ins/kong/index.ts';
import { later, oneService, PLUGINS, startKong, startService, textOf } from './world.ts';

interface Pair {
  cert: string;
  key: string;
}

async function pair(name: string): Promise<Pair> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
  });
  return { cert, key };
}

let [own, wild, other]: Pair[] = [];
beforeAll(async () => {
  [own, wild, other] = [await pair('own'), await pair('wild'), await pair('other')];
});

const certificates = (pairs: [Pair | undefined, ...string[]][]) => ({
  certificates: pairs.map(([both, ...names]) => ({ ...both, snis: names.map((name) => ({ name })) })),
});

/** Whose certificate is shown for a name. */
async function shown(port: number, servername?: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...(servername ? { servername } : {}) });
  try {
    await once(socket, 'secureConnect');
    const { subject }: PeerCertificate = socket.getPeerCertificate();
    return String(subject.CN);
  } finally {
    socket.destroy();
  }
}

test('the certificate is that of the name, of its wildcard, or the default one', async () => {
  const defaultCertificate = await pair('default');
  const kong = await startKong(
    certificates([
      [own, 'a.test', 'a.b.test'],
      [wild, '*.b.test', 'c.*'],
    ]),
    { defaultCertificate },
  );
  const names = ['a.test', 'A.test', 'a.b.test', 'x.b.test', 'c.org', 'b.test', undefined];
  const found = [];
  for (const name of names) found.push(await shown(kong.tlsPort, name));
  expect(found).toEqual(['own', 'own', 'own', 'wild', 'wild', 'default', 'default']);
  kong.load(certificates([[other, '*']]));
  expect(await shown(kong.tlsPort, 'a.test')).toBe('other');
});

test('without a default one, who asks for another name gets none', async () => {
  const kong = await startKong(certificates([[own, 'a.test']]));
  await expect(shown(kong.tlsPort, 'b.test')).rejects.toThrow(/handshake failure/);
  expect(await shown(kong.tlsPort, 'a.test')).toBe('own');
});

test('a route that is https only; an open connection stays when another certificate comes', async () => {
  const service = await startService();
  const route = { protocols: ['https'], https_redirect_status_code: 308 };
  const configuration = (pairOf: Pair | undefined) => ({
    ...oneService([service.target], { route }),
    ...certificates([[pairOf, 'a.test']]),
  });
  const kong = await startKong(configuration(own));
  expect((await kong.ask('/x')).headers.location).toBe('https://a.test/x');
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  later(() => agent.destroy());
  const ask = async () => {
    const options = { agent, host: '127.0.0.1', port: kong.tlsPort, servername: 'a.test', headers: { host: 'a.test' } };
    const asked = request(options).end();
    const [answer] = await once(asked, 'response');
    let text = '';
    for await (const chunk of answer) text += chunk;
    return { headers: JSON.parse(text).headers, reused: asked.reusedSocket };
  };
  const first = await ask();
  expect(first.headers).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' });
  kong.load(configuration(other));
  expect((await ask()).reused).toBe(true);
  expect(await shown(kong.tlsPort, 'a.test')).toBe('other');
});

test('what is no certificate, no key, or not the certificate’s key is refused, without a word of it', () => {
  const check = (both: object) => checkDeclarative(textOf({ certificates: [both] }), PLUGINS);
  expect(check({ ...own, cert: 'nonsense' })).toMatch(/in 'cert': invalid certificate: /);
  expect(check({ ...own, key: 'nonsense' })).toMatch(/in 'key': invalid key: /);
  expect(check({ ...own, key: 'nonsense' })).not.toContain('nonsense');
  expect(check({ ...own, key: other?.key })).toContain('certificate does not match key');
  expect(check({ ...own })).toBeUndefined();
  expect(checkDeclarative(textOf({ ca_certificates: [{ cert: own?.cert }] }), PLUGINS)).toMatch(/not served by this/);
});
