import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.ts';

/** An authority of our own and a certificate for `ghcr.io` from it, both for a month, as PEM texts. */
export async function makeCertificate(directory: string): Promise<{ ca: string; cert: string; key: string }> {
  const file = (name: string) => join(directory, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const caFiles = ['-keyout', file('ca.key'), '-out', file('ca.crt')];
  await run('openssl', ['req', '-x509', ...newKey, '-days', '30', '-subj', '/CN=Fountain sandbox CA', ...caFiles]);
  const requestFiles = ['-keyout', file('tls.key'), '-out', file('tls.csr')];
  await run('openssl', ['req', ...newKey, '-subj', '/CN=ghcr.io', ...requestFiles]);
  await writeFile(file('tls.ext'), 'subjectAltName=DNS:ghcr.io\n');
  const signer = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial'];
  const signed = ['-in', file('tls.csr'), '-out', file('tls.crt'), '-extfile', file('tls.ext')];
  await run('openssl', ['x509', '-req', '-days', '30', ...signer, ...signed]);
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'tls.crt', 'tls.key'].map((name) => readFile(file(name), 'utf8')),
  );
  return { ca: ca as string, cert: cert as string, key: key as string };
}
