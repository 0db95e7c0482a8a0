import { environmentFile, runKong } from '../../stand-ins/kong/index.ts';
import { reloadUnit } from '../units/manager.ts';
import { complain, type Program, type Run } from './program.ts';

/** What Kong takes to load its Lua modules. */
const LOAD_MS = 1500;

const kong: Run = async (call) => {
  const { machine, words } = call;
  await call.sleep(words[0] === 'version' ? 100 : LOAD_MS);
  const { exit, out, err } = runKong(words, (path) => machine.files.find(path)?.text);
  if (words[0] === 'reload' && exit === 0) {
    const isUp = machine.state.units.kong?.active;
    if (!isUp) return complain(call, 'Error: nginx is not running in prefix: /usr/local/kong', 1);
    if (await reloadUnit(machine, 'kong')) return 1;
  }
  if (words[0] === 'prepare' && exit === 0) {
    machine.files.write(environmentFile(), machine.files.find('/etc/kong/kong.conf')?.text ?? '', '644');
  }
  call.out(out);
  call.err(err);
  return exit;
};

export const kongPrograms: Record<string, Program> = { kong: { run: kong, from: ['kong'] } };
