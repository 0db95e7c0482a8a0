import { mkdir } from 'node:fs/promises';
import { run } from '../run.ts';

/** A key made here and now, which nobody else has. */
export interface SigningKey {
  /** Armoured. */
  publicKey: string;
  /** The text with its signature, as apt's InRelease wants it. */
  clearsign(text: string): Promise<string>;
}

/** Keys live in `directory`, which must be short: gpg has its sockets in it. `close` ends gpg's own process. */
export async function openKeyring(directory: string) {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const gpg = (args: readonly string[], input?: string) =>
    run('gpg', ['--homedir', directory, '--batch', '--quiet', ...args], input === undefined ? {} : { input });
  return {
    async make(name: string): Promise<SigningKey> {
      const mail = `${name}@sandbox.internal`;
      await gpg([
        '--passphrase',
        '',
        '--quick-generate-key',
        `Stand-in packages <${mail}>`,
        'ed25519',
        'sign',
        'never',
      ]);
      return {
        publicKey: await gpg(['--armor', '--export', mail]),
        clearsign: (text) => gpg(['--local-user', mail, '--digest-algo', 'SHA256', '--clearsign'], text),
      };
    },
    close: () => run('gpgconf', ['--homedir', directory, '--kill', 'all']).then(() => undefined),
  };
}
