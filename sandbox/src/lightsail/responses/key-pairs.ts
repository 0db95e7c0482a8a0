import { inputs } from '../inputs.ts';
import { defaultKeyName } from '../key-pairs.ts';
import { page } from '../paging.ts';
import { seconds } from '../render.ts';
import { type Models, on } from './response.ts';

export function keyPairResponses({ keyPairs, operations, settings, show }: Models) {
  return {
    CreateKeyPair: on(inputs.createKeyPair, async ({ keyPairName, tags }, region) => {
      const { row, privateKey } = await keyPairs.create(region, keyPairName, tags);
      return {
        keyPair: show.keyPair(row),
        publicKeyBase64: row.publicKey,
        privateKeyBase64: privateKey,
        operation: show.operation(operations.done(row, 'CreateKeyPair')),
      };
    }),
    ImportKeyPair: on(inputs.importKeyPair, ({ keyPairName, publicKeyBase64 }, region) => {
      const row = keyPairs.import(region, keyPairName, publicKeyBase64);
      return { operation: show.operation(operations.done(row, 'ImportKeyPair')) };
    }),
    GetKeyPair: on(inputs.keyPair, ({ keyPairName }, region) => ({
      keyPair: show.keyPair(keyPairs.get(region, keyPairName)),
    })),
    GetKeyPairs: on(inputs.keyPairs, async ({ pageToken, includeDefaultKeyPair }, region) => {
      const { rows, ...next } = page(keyPairs.list(region), pageToken, settings.pageSize);
      const first = includeDefaultKeyPair && pageToken === undefined;
      return { keyPairs: [...(first ? [await defaultPair(region)] : []), ...rows.map(show.keyPair)], ...next };
    }),
    DeleteKeyPair: on(inputs.deleteKeyPair, ({ keyPairName, expectedFingerprint }, region) => {
      if (keyPairName !== defaultKeyName) {
        const row = keyPairs.remove(region, keyPairName);
        return { operation: show.operation(operations.done(row, 'DeleteKeyPair')) };
      }
      keyPairs.removeDefault(region, expectedFingerprint);
      return {};
    }),
    DownloadDefaultKeyPair: on(inputs.none, async (_, region) => {
      const { publicKey, privateKey, createdAt } = await keyPairs.default(region);
      return { publicKeyBase64: publicKey, privateKeyBase64: privateKey, createdAt: seconds(createdAt) };
    }),
  };

  async function defaultPair(region: string) {
    const { createdAt, fingerprint } = await keyPairs.default(region);
    return { name: defaultKeyName, createdAt: seconds(createdAt), resourceType: 'KeyPair', fingerprint };
  }
}
