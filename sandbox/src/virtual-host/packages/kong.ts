import { type PackageScripts, writeNew } from './script.ts';

const DEFAULTS = '# kong.conf.default of a virtual host: no setting is changed in it.\n';

/** User and group are made, nothing is started, and /etc/kong/kong.conf is left to the operator. */
export const kong: PackageScripts = {
  async unpack({ machine }) {
    for (const path of ['/etc/kong', '/usr/local/kong', '/usr/local/bin']) machine.files.makeDirectories(path);
    writeNew(machine, { '/etc/kong/kong.conf.default': DEFAULTS }, 'kong:kong');
  },
  configure: async () => 0,
};
