import { aptPrograms } from './apt/index.ts';
import { checksumPrograms } from './checksums.ts';
import { cloudInitPrograms } from './cloud-init.ts';
import { curlPrograms } from './curl/index.ts';
import { dockerPrograms } from './docker/index.ts';
import { dpkgPrograms } from './dpkg.ts';
import { filePrograms } from './files.ts';
import { journalPrograms } from './journalctl.ts';
import { kernelPrograms } from './kernel.ts';
import { kongPrograms } from './kong.ts';
import { networkPrograms } from './network.ts';
import { opensearchPrograms } from './opensearch.ts';
import { opensslPrograms } from './openssl.ts';
import type { Program } from './program.ts';
import { swapPrograms } from './swap.ts';
import { systemdPrograms } from './systemd.ts';

/** The vocabulary of a virtual host. A new family is a file here and a line below. */
export const programs: Readonly<Record<string, Program>> = {
  ...filePrograms,
  ...swapPrograms,
  ...cloudInitPrograms,
  ...systemdPrograms,
  ...dpkgPrograms,
  ...aptPrograms,
  ...dockerPrograms,
  ...curlPrograms,
  ...checksumPrograms,
  ...journalPrograms,
  ...networkPrograms,
  ...kernelPrograms,
  ...opensslPrograms,
  ...opensearchPrograms,
  ...kongPrograms,
};
