import { sign, X509Certificate } from 'node:crypto';
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import acme from 'acme-client';
import { expect, onTestFinished, test } from 'vitest';
import type { SettingsInput } from '../../src/index.ts';
import { startWorld } from '../world.ts';

const email = 'operator@fountain.coach';

/** The sandbox, a zone in it, and a client of its directory as others use it. */
async function start(settings: SettingsInput = {}) {
  const { sandbox, stop } = await startWorld(settings);
  const route53 = new Route53Client({
    region: 'us-east-1',
    endpoint: sandbox.url,
    credentials: { accessKeyId: 'AKIASANDBOX', secretAccessKey: 'sandbox' },
  });
  onTestFinished(() => route53.destroy());
  const made = await route53.send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'one' }));
  const HostedZoneId = made.HostedZone?.Id?.split('/').at(-1) ?? '';
  const setText = (name: string, ...values: string[]) => {
    const ResourceRecords = values.map((value) => ({ Value: `"${value}"` }));
    const ResourceRecordSet = { Name: name, Type: 'TXT' as const, TTL: 60, ResourceRecords };
    const ChangeBatch = { Changes: [{ Action: 'UPSERT' as const, ResourceRecordSet }] };
    return route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch }));
  };
  const client = async (accountKey?: Buffer) => {
    const key = accountKey ?? (await acme.crypto.createPrivateEcdsaKey());
    return new acme.Client({ directoryUrl: `${sandbox.url}/acme/directory`, accountKey: key, ...fast });
  };
  return { sandbox, stop, setText, client };
}

const fast = { backoffMin: 5, backoffMax: 20 };
const identifiers = (...names: string[]) => ({ identifiers: names.map((value) => ({ type: 'dns', value })) });

/** An account's order of these names. */
async function order(client: acme.Client, ...names: string[]) {
  await client.createAccount({ termsOfServiceAgreed: true, contact: [`mailto:${email}`] });
  const made = await client.createOrder(identifiers(...names));
  const authorizations = await client.getAuthorizations(made);
  const challenges = authorizations.flatMap((one) => one.challenges);
  const proofs = await Promise.all(challenges.map((challenge) => client.getChallengeKeyAuthorization(challenge)));
  return { order: made, challenges, proofs };
}

test('the client that others use gets a certificate for a domain and its wildcard', async () => {
  const { sandbox, setText, client } = await start();
  const values: string[] = [];
  const [, csr] = await acme.crypto.createCsr({ altNames: ['example.com', '*.example.com'] });
  const chain = await (await client()).auto({
    ...{ csr, email, termsOfServiceAgreed: true, challengePriority: ['dns-01'], skipChallengeVerification: true },
    async challengeCreateFn(_, __, value) {
      values.push(value);
      await setText('_acme-challenge.example.com', ...values);
    },
    challengeRemoveFn: async () => {},
  });
  const [leaf, above] = acme.crypto.splitPemChain(chain).map((pem) => new X509Certificate(pem));
  const root = new X509Certificate(await (await fetch(`${sandbox.url}/acme/root`)).text());
  expect(leaf?.subjectAltName).toBe('DNS:example.com, DNS:*.example.com');
  expect(leaf?.verify((above as X509Certificate).publicKey)).toBe(true);
  expect(above?.verify(root.publicKey)).toBe(true);
  expect(above?.ca && root.ca).toBe(true);
});

test.each([
  ['is not there', [], 'NXDOMAIN'],
  ['is another', ['another'], 'Incorrect TXT record "another"'],
])('a name whose TXT record %s is not proven, and its order is spent', async (_, values, words) => {
  const { setText, client } = await start();
  const someone = await client();
  const { order: made, challenges } = await order(someone, 'www.example.com');
  if (values.length > 0) await setText('_acme-challenge.www.example.com', ...values);
  for (const challenge of challenges) await someone.completeChallenge(challenge);
  const [seen] = await someone.getAuthorizations(made);
  expect(seen).toMatchObject({
    status: 'invalid',
    challenges: [{ error: { detail: expect.stringContaining(words) } }],
  });
  expect(await someone.getOrder(made)).toMatchObject({ status: 'invalid' });
});

test('a record whose change is PENDING is not seen yet', async () => {
  const { setText, client } = await start({ delays: { inSyncMs: 60_000 } });
  const someone = await client();
  const { order: made, challenges, proofs } = await order(someone, 'example.com');
  await setText('_acme-challenge.example.com', ...proofs);
  for (const challenge of challenges) await someone.completeChallenge(challenge);
  expect(await someone.getAuthorizations(made)).toMatchObject([{ status: 'invalid' }]);
});

test('a certificate is made for a proven order only, and for its names only', async () => {
  const { setText, client } = await start();
  const someone = await client();
  const { order: made, challenges, proofs } = await order(someone, 'example.com');
  const [, csr] = await acme.crypto.createCsr({ altNames: ['example.com'] });
  await expect(someone.finalizeOrder(made, csr)).rejects.toThrow('"pending"');
  await setText('_acme-challenge.example.com', ...proofs);
  for (const challenge of challenges) await someone.completeChallenge(challenge);
  const [, other] = await acme.crypto.createCsr({ altNames: ['example.com', 'example.org'] });
  await expect(someone.finalizeOrder(made, other)).rejects.toThrow('same identifiers');
  const none = String(csr).replace(/(?<=-----\n)[^-]+/, 'AAAA\n');
  await expect(someone.finalizeOrder(made, none)).rejects.toThrow('certificate request');
  const finalized = await someone.finalizeOrder(made, csr);
  expect(finalized.status).toBe('processing');
  expect(await someone.getCertificate(finalized)).toContain('BEGIN CERTIFICATE');
});

test('what is another account’s is not shown; who has no account orders nothing', async () => {
  const { client } = await start();
  const { order: theirs } = await order(await client(), 'example.com');
  const stranger = await client();
  await expect(stranger.createAccount({ onlyReturnExisting: true })).rejects.toThrow('not found');
  await expect(stranger.createAccount({ contact: [`mailto:${email}`] })).rejects.toThrow('terms');
  const account = { termsOfServiceAgreed: true };
  await expect(stranger.createAccount({ ...account, contact: ['mailto:nobody'] })).rejects.toThrow('nobody');
  await stranger.createAccount(account);
  await expect(stranger.getOrder(theirs)).rejects.toThrow('does not match');
});

test('a request is taken once, as it was signed, and for the address it was signed for', async () => {
  const { sandbox } = await start();
  const at = `${sandbox.url}/acme`;
  const post = async (url: string, body: object) => {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    return { ...((await response.json()) as { type?: string }), status: response.status };
  };
  const key = await acme.crypto.createPrivateEcdsaKey();
  const signed = async (url: string, payload: object) => {
    const { headers } = await fetch(`${at}/new-nonce`, { method: 'HEAD' });
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const nonce = headers.get('replay-nonce');
    const parts = {
      protected: encode({ alg: 'ES256', nonce, url, jwk: acme.crypto.getJwk(key) }),
      payload: encode(payload),
    };
    const data = Buffer.from(`${parts.protected}.${parts.payload}`);
    const signature = sign('sha256', data, { key: key.toString(), dsaEncoding: 'ieee-p1363' }).toString('base64url');
    return { ...parts, signature };
  };
  const url = `${at}/new-account`;
  const good = await signed(url, { termsOfServiceAgreed: true });
  const other = Buffer.from('{"termsOfServiceAgreed":false}').toString('base64url');
  const error = (type: string) => ({ type: `urn:ietf:params:acme:error:${type}` });
  expect(await post(url, { ...good, payload: other })).toMatchObject({ status: 400, ...error('malformed') });
  expect(await post(url, good)).toMatchObject({ status: 201 });
  expect(await post(url, good)).toMatchObject({ status: 400, ...error('badNonce') });
  const elsewhere = await signed(`${at}/new-order`, { termsOfServiceAgreed: true });
  expect(await post(url, elsewhere)).toMatchObject({ status: 403, ...error('unauthorized') });
  expect(await post(url, {})).toMatchObject({ status: 400, ...error('malformed') });
  expect(await post(`${at}/revoke-cert`, good)).toMatchObject({ status: 404, ...error('malformed') });
});

test('faults are played as ACME tells them; a reset forgets all, the authority too', async () => {
  const { sandbox, client } = await start();
  const root = async () => (await fetch(`${sandbox.url}/acme/root`)).text();
  const before = await root();
  sandbox.control.faults.add({ type: 'throttled', operation: 'directory', times: 1 });
  const limited = await fetch(`${sandbox.url}/acme/directory`);
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '86400']);
  const someone = await client();
  const { order: made } = await order(someone, 'example.com');
  await sandbox.control.reset();
  await expect(someone.getOrder(made)).rejects.toThrow('Account not found');
  expect(await root()).not.toBe(before);
});
