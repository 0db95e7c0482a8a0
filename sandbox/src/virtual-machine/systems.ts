interface System {
  osRelease: string;
  /** Of the recipes' interest. Lightsail's Debian comes without curl, its Ubuntu with it. */
  packages: Readonly<Record<string, string>>;
}

const ubuntu = (version: string, codename: string): System => ({
  osRelease: osRelease('ubuntu', `Ubuntu ${version} LTS`, version, codename),
  packages: { 'ca-certificates': '20240203', curl: '8.5.0-2ubuntu10.6', 'cloud-init': '24.4' },
});

const systems: Record<string, System> = {
  debian_12: {
    osRelease: osRelease('debian', 'Debian GNU/Linux 12 (bookworm)', '12', 'bookworm'),
    packages: { 'ca-certificates': '20230311', 'cloud-init': '22.4.2-1+deb12u3' },
  },
  ubuntu_20_04: ubuntu('20.04', 'focal'),
  ubuntu_22_04: ubuntu('22.04', 'jammy'),
  ubuntu_24_04: ubuntu('24.04', 'noble'),
};

/** What a blueprint's machine is; one that is neither Debian nor Ubuntu says so of itself, and the recipes refuse it. */
export function systemOf(blueprintId: string): System {
  return systems[blueprintId] ?? { osRelease: osRelease('amzn', 'Amazon Linux 2023', '2023', ''), packages: {} };
}

/** Packages that `apt-get install` finds: version and MiB that they take. */
export const archive: Readonly<Record<string, { version: string; mb: number }>> = {
  'ca-certificates': { version: '20230311', mb: 1 },
  curl: { version: '7.88.1-10+deb12u14', mb: 1 },
  'docker.io': { version: '20.10.24+dfsg1-1+deb12u1', mb: 280 },
};

function osRelease(id: string, name: string, version: string, codename: string): string {
  return `PRETTY_NAME="${name}"\nNAME="${name.replace(/ \d.*/, '')}"\nVERSION_ID="${version}"\nVERSION_CODENAME=${codename}\nID=${id}\n`;
}
