/** What a blueprint boots. */
export interface System {
  /** ID of os-release(5). */
  id: string;
  /** VERSION_CODENAME; '' for a system whose packages are not known here. */
  codename: string;
  osRelease: string;
  /** Packages of the image, as far as recipes ask for them; without dpkg there is no apt either. */
  installed: readonly string[];
  /** First lines of /etc/fstab. */
  fstab: string;
}

const DEBIAN_LIKE = ['apt', 'dpkg', 'systemd', 'cloud-init', 'ca-certificates', 'curl', 'gnupg'];
const FSTAB =
  'PARTUUID=5f4e1c0a-3e2b-4f0e-9d43-5b2a9d0d3c11 / ext4 rw,discard,errors=remount-ro,x-systemd.growfs 0 1\n';
const UBUNTU_FSTAB = 'LABEL=cloudimg-rootfs\t/\t ext4\tdiscard,commit=30,errors=remount-ro\t0 1\n';

/** Texts as in the images of Debian 12.12 and of Ubuntu's releases. */
const SYSTEMS: Record<string, System> = {
  debian_12: {
    id: 'debian',
    codename: 'bookworm',
    installed: DEBIAN_LIKE,
    fstab: FSTAB,
    osRelease: [
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
      'NAME="Debian GNU/Linux"',
      'VERSION_ID="12"',
      'VERSION="12 (bookworm)"',
      'VERSION_CODENAME=bookworm',
      'ID=debian',
      'HOME_URL="https://www.debian.org/"',
      'SUPPORT_URL="https://www.debian.org/support"',
      'BUG_REPORT_URL="https://bugs.debian.org/"',
      '',
    ].join('\n'),
  },
  ubuntu_20_04: ubuntu('20.04', 'focal', '20.04.6 LTS (Focal Fossa)'),
  ubuntu_22_04: ubuntu('22.04', 'jammy', '22.04.5 LTS (Jammy Jellyfish)'),
  ubuntu_24_04: ubuntu('24.04', 'noble', '24.04.3 LTS (Noble Numbat)'),
};

/** The system of a blueprint; one that is not known here boots, but has no apt, so that recipes refuse it. */
export function systemOf(blueprintId: string): System {
  return SYSTEMS[blueprintId] ?? unknownSystem(blueprintId);
}

function ubuntu(version: string, codename: string, long: string): System {
  const osRelease = [
    `PRETTY_NAME="Ubuntu ${long.replace(/ \(.*/, '')}"`,
    'NAME="Ubuntu"',
    `VERSION_ID="${version}"`,
    `VERSION="${long}"`,
    `VERSION_CODENAME=${codename}`,
    'ID=ubuntu',
    'ID_LIKE=debian',
    `UBUNTU_CODENAME=${codename}`,
    '',
  ].join('\n');
  return { id: 'ubuntu', codename, osRelease, installed: DEBIAN_LIKE, fstab: UBUNTU_FSTAB };
}

function unknownSystem(blueprintId: string): System {
  const [, id = blueprintId, version = ''] = /^(.*?)_?([\d_]*)$/.exec(blueprintId) ?? [];
  const number = version.replaceAll('_', '.');
  const osRelease = `NAME="${id}"\nID=${id}\nVERSION_ID="${number}"\nPRETTY_NAME="${id} ${number}"\n`;
  return { id, codename: '', osRelease, installed: ['systemd', 'cloud-init'], fstab: FSTAB };
}
