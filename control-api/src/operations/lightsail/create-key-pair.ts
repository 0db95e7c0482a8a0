import { AppError } from '../../lib/errors.ts';
import type { CreateKeyPairBody } from '../../schemas/lightsail.ts';
import type { Lightsail } from '../../services/lightsail.ts';
import type { KeyStore } from '../../services/ssh-keys.ts';
import { cloudPlan } from '../cloud-steps.ts';
import type { Operation } from '../operation.ts';

interface Dependencies {
  lightsail: Lightsail;
  keys: KeyStore;
}

/**
 * Makes a key pair here and imports its public half. The private key is on disk before AWS hears of the pair, so
 * nothing that happens in between can leave a pair whose key nobody has.
 */
export function createKeyPairOperation({ lightsail, keys }: Dependencies): Operation<CreateKeyPairBody> {
  return {
    name: 'key-pair.create',
    deadlineS: 60,
    target: async ({ region, key_pair_name }) => {
      const label = `key-pair ${region}/${key_pair_name}`;
      return { key: label, label };
    },
    async plan({ region, key_pair_name }) {
      const name = `${region}-${key_pair_name}`;
      const [kept, imported] = await Promise.all([keys.find(name), lightsail.keyPair(region, key_pair_name)]);
      if (imported && !kept) {
        throw new AppError(
          'name_taken',
          `${key_pair_name} exists in ${region}, but its private key is not in SSH_KEY_DIR.`,
          {
            hint: 'Choose another name, or put the private key there and use it by ssh_key_path.',
          },
        );
      }
      const make = {
        name: 'Write the private key',
        effect: 'change' as const,
        action: { file: `${name}`, mode: '0600' },
      };
      const bring = { name: `Import ${key_pair_name}`, effect: 'change' as const, action: { region, key_pair_name } };
      return cloudPlan({
        items: [
          kept
            ? { name: make.name, settled: true, detail: kept.path }
            : { ...make, run: async () => ({ detail: (await keys.create(name)).path }) },
          imported
            ? { name: bring.name, settled: true, detail: imported.fingerprint }
            : {
                ...bring,
                run: async () => {
                  const { publicKeyLine } = await keys.create(name);
                  await lightsail.importKeyPair(region, key_pair_name, publicKeyLine);
                  return {};
                },
              },
        ],
        preview: {
          message: kept && imported ? 'Nothing would be changed.' : `${key_pair_name} would be made.`,
          result: {},
        },
        async conclude() {
          const { path, fingerprint } = await keys.create(name);
          const done = kept && imported ? 'exists, nothing was changed' : 'made';
          return {
            message: `${key_pair_name}: ${done}; its private key is ${path}.`,
            result: { ssh_key_path: path, fingerprint },
          };
        },
      });
    },
  };
}
