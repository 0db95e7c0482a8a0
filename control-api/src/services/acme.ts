import type { Clock } from '../lib/clock.ts';
import { accountKey } from './acme/account-key.ts';
import { type AcmeClientOptions, type AcmeLibrary, loadAcmeClient } from './acme/client.ts';
import { translated } from './acme/failures.ts';
import { type AcmeOrder, openOrder } from './acme/order.ts';

export type { AcmeOrder, Issued } from './acme/order.ts';

/**
 * An ACME directory (RFC 8555) as the rest of the control API sees it; names are proven by DNS alone. Every method throws
 * AppErrors: acme_refused, acme_rate_limited, acme_unreachable, journal_unavailable (the account's key).
 */
export interface Acme {
  /** Address of the directory. */
  directory: string;
  /** Agrees to the directory's terms of service, and orders a certificate for names, perhaps with wildcards. */
  order(names: readonly string[], email: string): Promise<AcmeOrder>;
}

interface Dependencies extends AcmeClientOptions {
  /** Where the account's key is kept; it has an account with each directory. */
  accountKeyPath: string;
  clock: Pick<Clock, 'now'>;
}

export function createAcme({ accountKeyPath, clock, ...options }: Dependencies): Acme {
  const { directoryUrl: directory } = options;
  let library: Promise<AcmeLibrary> | undefined;

  function load(): Promise<AcmeLibrary> {
    library ??= loadAcmeClient(options).catch((error) => {
      // A file that is missing may be there the next time.
      library = undefined;
      throw error;
    });
    return library;
  }

  return {
    directory,
    order: (names, email) =>
      translated(directory, async () => {
        const acme = await load();
        const key = await accountKey(accountKeyPath);
        const client = new acme.Client({ directoryUrl: directory, accountKey: key.reveal() });
        await client.createAccount({ termsOfServiceAgreed: true, contact: [`mailto:${email}`] });
        return openOrder(names, { acme, client, directory, clock });
      }),
  };
}
