import type { Machine } from '../machine/machine.ts';
import { failedWith, type Unit } from './unit.ts';

export const docker: Unit = {
  description: 'Docker Application Container Engine',
  program: 'dockerd',
  type: 'notify',
  sysv: true,
  async start({ machine: { engine, files }, say }) {
    const reason = await engine.start(daemonJson(files));
    if (reason === undefined) return undefined;
    say(reason);
    return failedWith(1);
  },
  stop: ({ engine }) => engine.stop(),
  async reload({ machine: { engine, files } }) {
    engine.reload(daemonJson(files));
    return undefined;
  },
};

function daemonJson(files: Machine['files']): string {
  return files.find('/etc/docker/daemon.json')?.text ?? '';
}
