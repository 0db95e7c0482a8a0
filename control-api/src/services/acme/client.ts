import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import { AppError } from '../../lib/errors.ts';
import { AcmeProblem } from './failures.ts';

export type AcmeLibrary = typeof import('acme-client');

export interface AcmeClientOptions {
  directoryUrl: string;
  /** Certificates, PEM, that are trusted for the directory beside those of every browser. */
  caFile?: string | undefined;
  /** Milliseconds that one request and its answer may take. */
  requestTimeoutMs?: number | undefined;
}

/**
 * The library, loaded when first wanted, and told how to behave here. What it sends goes through one axios of its own:
 * whom that trusts, its time limit, and that it does not try again by itself, since it would sleep for as long as
 * Retry-After says, which of Let's Encrypt can be days.
 * @throws {AppError} acme_unreachable when `caFile` cannot be read
 */
export async function loadAcmeClient({ caFile, requestTimeoutMs = 20_000 }: AcmeClientOptions): Promise<AcmeLibrary> {
  const ca = caFile === undefined ? undefined : await readCa(caFile);
  const { default: acme } = await import('acme-client');
  const { defaults, interceptors } = acme.axios;
  if (ca !== undefined) defaults.httpsAgent = new Agent({ ca: [...rootCertificates, ca] });
  defaults.timeout = requestTimeoutMs;
  Object.assign((defaults as { acmeSettings?: object }).acmeSettings ?? {}, { retryMaxAttempts: 0 });
  // Of an answer that refuses, the library keeps no more than a text.
  interceptors.response.use((response) => {
    const problem = AcmeProblem.of(response);
    if (problem) throw problem;
    return response;
  });
  return acme;
}

async function readCa(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AppError('acme_unreachable', `ACME_CA_FILE, ${path}, cannot be read (${code}).`, { cause });
  }
}
