import { createPrivateKey, generateKeyPairSync, randomBytes, webcrypto } from 'node:crypto';
import type { Settings } from '../settings.ts';
import { badCsr } from './errors.ts';
import type { AcmeState, Signer } from './models.ts';

const DAY_MS = 86_400_000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Loaded when wanted: few sandboxes sign anything. */
const load = () => import('@peculiar/x509');
type X509 = Awaited<ReturnType<typeof load>>;

/** Root and intermediate, made when there are none: nobody but this sandbox's users should trust them. */
export async function signersOf(state: AcmeState): Promise<NonNullable<AcmeState['signers']>> {
  if (!state.signers) {
    const x509 = await load();
    const root = await makeSigner(x509, 'Sandbox Root (a stand-in)');
    state.signers = { root, intermediate: await makeSigner(x509, 'Sandbox Intermediate (a stand-in)', root) };
  }
  return state.signers;
}

/** Signs a request (PKCS #10, DER) for exactly these names; the chain without the root. Throws badCSR for another one. */
export async function sign(
  der: Buffer,
  names: readonly string[],
  state: AcmeState,
  { certificates }: Settings,
): Promise<string> {
  const x509 = await load();
  const csr = await readCsr(x509, der);
  const asked = csr.extensions.find((one) => one instanceof x509.SubjectAlternativeNameExtension)?.names.toJSON() ?? [];
  if (String(asked.map(({ value }) => value).sort()) !== String(names.toSorted())) {
    throw badCsr('CSR does not specify same identifiers as Order');
  }
  const { intermediate } = await signersOf(state);
  const notBefore = new Date(Date.now() - certificates.ageDays * DAY_MS);
  const leaf = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: serial(), issuer: issuerOf(x509, intermediate), signingKey: await importKey(intermediate.key) },
    ...{ publicKey: csr.publicKey, signingAlgorithm: algorithm, notBefore },
    notAfter: new Date(notBefore.getTime() + certificates.days * DAY_MS),
    extensions: [
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
  });
  return `${leaf.toString('pem')}\n${intermediate.certificate}`;
}

async function readCsr(x509: X509, der: Buffer) {
  try {
    const csr = new x509.Pkcs10CertificateRequest(der);
    if (await csr.verify()) return csr;
  } catch {
    // Not a request at all: told below.
  }
  throw badCsr('Error parsing certificate request');
}

async function makeSigner(x509: X509, name: string, above?: Signer): Promise<Signer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: serial(), subject: `CN=${name}`, issuer: above ? issuerOf(x509, above) : `CN=${name}` },
    ...{ notBefore: new Date(now - 365 * DAY_MS), notAfter: new Date(now + 3650 * DAY_MS) },
    publicKey: new x509.PublicKey(publicKey.export({ type: 'spki', format: 'der' })),
    signingKey: await importKey(above?.key ?? key),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key };
}

function issuerOf(x509: X509, { certificate }: Signer): string {
  return new x509.X509Certificate(certificate).subject;
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
}

/** Positive, as RFC 5280 wants it. */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('hex');
}
