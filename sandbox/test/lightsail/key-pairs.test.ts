import { readFileSync } from 'node:fs';
import {
  CreateKeyPairCommand,
  DeleteKeyPairCommand,
  DownloadDefaultKeyPairCommand,
  GetKeyPairCommand,
  GetKeyPairsCommand,
  ImportKeyPairCommand,
  InvalidInputException,
  NotFoundException,
} from '@aws-sdk/client-lightsail';
import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { startWorld } from '../world.ts';

const { parseKey } = ssh2.utils;
const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHBZyTrKMJH1OIHVG5hHkVK0R1wu0l4T4bp6bLb6XjUJ';

test('a pair is made once, and its private key fits its public one', async () => {
  const { lightsail } = await startWorld();
  const { keyPair, privateKeyBase64, publicKeyBase64 } = await lightsail.send(
    new CreateKeyPairCommand({ keyPairName: 'mine' }),
  );
  const key = parseKey(privateKeyBase64 ?? '');
  if (key instanceof Error) throw key;
  expect(publicKeyBase64).toBe(`ssh-rsa ${key.getPublicSSH().toString('base64')}`);
  expect((await lightsail.send(new GetKeyPairCommand({ keyPairName: 'mine' }))).keyPair).toEqual(keyPair);
  await expect(lightsail.send(new CreateKeyPairCommand({ keyPairName: 'mine' }))).rejects.toThrow(
    'already in use: mine',
  );
});

test.each([
  ['a key line', `${ed25519} me@here\n`],
  ['the base64 of a key line', Buffer.from(`${ed25519} me@here\n`).toString('base64')],
])('%s is imported and authorized', async (_, publicKeyBase64) => {
  const { lightsail, create, reached, hosts } = await startWorld();
  await lightsail.send(new ImportKeyPairCommand({ keyPairName: 'mine', publicKeyBase64 }));
  const { keyPair } = await lightsail.send(new GetKeyPairCommand({ keyPairName: 'mine' }));
  // As `ssh-keygen -E md5 -lf` prints it for that key.
  expect(keyPair?.fingerprint).toBe('1e:7e:cd:12:6a:3a:75:4d:eb:fa:32:80:bb:eb:ae:f4');
  await create('one', { keyPairName: 'mine' });
  expect((await reached('one', 'running')).sshKeyName).toBe('mine');
  expect(hosts.specs[0]?.authorizedKeys).toEqual([ed25519]);
});

test('what is no key is not imported', async () => {
  const { lightsail } = await startWorld();
  for (const publicKeyBase64 of ['ssh-rsa nonsense', 'AAAA', readFileSync(import.meta.filename, 'base64')]) {
    await expect(
      lightsail.send(new ImportKeyPairCommand({ keyPairName: 'mine', publicKeyBase64 })),
    ).rejects.toBeInstanceOf(InvalidInputException);
  }
});

test('a pair can be deleted, and is then not found', async () => {
  const { lightsail } = await startWorld();
  await lightsail.send(new ImportKeyPairCommand({ keyPairName: 'mine', publicKeyBase64: ed25519 }));
  expect((await lightsail.send(new GetKeyPairsCommand())).keyPairs?.map(({ name }) => name)).toEqual(['mine']);
  await lightsail.send(new DeleteKeyPairCommand({ keyPairName: 'mine' }));
  await expect(lightsail.send(new GetKeyPairCommand({ keyPairName: 'mine' }))).rejects.toBeInstanceOf(
    NotFoundException,
  );
});

test('each region has a default pair of its own, the same at each download', async () => {
  const { lightsail, client, sandbox } = await startWorld();
  const [first, again, ohio] = await Promise.all(
    [lightsail, lightsail, client({ region: 'us-east-2' })].map((one) => one.send(new DownloadDefaultKeyPairCommand())),
  );
  expect(again).toMatchObject({ privateKeyBase64: first?.privateKeyBase64, createdAt: first?.createdAt });
  expect(ohio?.publicKeyBase64).not.toBe(first?.publicKeyBase64);
  expect((await sandbox.defaultKey('eu-central-1')).privateKey).toBe(first?.privateKeyBase64);
});

test('the default pair is deleted only by who knows its fingerprint', async () => {
  const { lightsail } = await startWorld();
  const { keyPairs } = await lightsail.send(new GetKeyPairsCommand({ includeDefaultKeyPair: true }));
  const keyPairName = 'LightsailDefaultKeyPair';
  expect(keyPairs?.[0]?.name).toBe(keyPairName);
  await expect(lightsail.send(new DeleteKeyPairCommand({ keyPairName }))).rejects.toBeInstanceOf(InvalidInputException);
  const expectedFingerprint = keyPairs?.[0]?.fingerprint;
  await lightsail.send(new DeleteKeyPairCommand({ keyPairName, expectedFingerprint }));
  const { keyPairs: after } = await lightsail.send(new GetKeyPairsCommand({ includeDefaultKeyPair: true }));
  expect(after?.[0]?.fingerprint).not.toBe(expectedFingerprint);
});
