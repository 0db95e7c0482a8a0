import { generate } from 'selfsigned';

let made: Promise<{ cert: string; key: string }> | undefined;

/** What `kong prepare` makes for each Kong; here all of them share one. */
export function defaultCertificate(): Promise<{ cert: string; key: string }> {
  const subject = {
    countryName: 'US',
    localityName: 'San Francisco',
    organizationName: 'Kong',
    commonName: 'localhost',
  };
  const attributes = Object.entries(subject).map(([name, value]) => ({ name, value }));
  made ??= generate(attributes, { keyType: 'ec', algorithm: 'sha256' }).then(({ cert, private: key }) => ({
    cert,
    key,
  }));
  return made;
}
