import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import { AppError } from '../../lib/errors.ts';
import { AcmeProblem, NoAnswer } from './failures.ts';

export type AcmeLibrary = typeof import('acme-client');

export interface AcmeClientOptions {
  directoryUrl: string;
  /** Certificates, PEM, that are trusted for the directory beside those of every browser. */
  caFile?: string | undefined;
  /** Milliseconds that one request and its answer may take. */
  requestTimeoutMs?: number | undefined;
}

/**
 * The library, loaded when first wanted, its way of speaking HTTP replaced: it would keep no more than a text of an answer
 * that refuses, would sleep for as long as Retry-After says, which of Let's Encrypt can be days, and meets a defect of
 * its own where no answer comes. Errors that are thrown here go through it unchanged.
 * @throws {AppError} acme_unreachable when `caFile` cannot be read
 */
export async function loadAcmeClient({ caFile, requestTimeoutMs = 20_000 }: AcmeClientOptions): Promise<AcmeLibrary> {
  const ca = caFile === undefined ? undefined : await readCa(caFile);
  const [{ default: acme }, { getAdapter }] = await Promise.all([import('acme-client'), import('axios')]);
  const { defaults } = acme.axios;
  const http = getAdapter('http');
  if (ca !== undefined) defaults.httpsAgent = new Agent({ ca: [...rootCertificates, ca] });
  defaults.timeout = requestTimeoutMs;
  defaults.adapter = async (config) => {
    const response = await http(config).catch((error) => {
      if (error.response) return error.response;
      throw new NoAnswer(error.code ?? '', error.message);
    });
    const problem = AcmeProblem.of(response);
    if (problem) throw problem;
    return response;
  };
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
