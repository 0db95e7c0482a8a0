import { aptPrograms } from './apt.ts';
import { cloudInitPrograms } from './cloud-init.ts';
import { curlPrograms } from './curl.ts';
import { dockerPrograms } from './docker/index.ts';
import { dpkgPrograms } from './dpkg.ts';
import { filePrograms } from './files.ts';
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
};
