import type { Machine } from '../machine/machine.ts';
import type { Unit } from './unit.ts';

export const docker: Unit = {
  start: ({ engine, files }) => engine.start(daemonJson(files)),
  stop: ({ engine }) => engine.stop(),
  reload: async ({ engine, files }) => engine.reload(daemonJson(files)),
};

function daemonJson(files: Machine['files']): string {
  return files.find('/etc/docker/daemon.json')?.text ?? '';
}
