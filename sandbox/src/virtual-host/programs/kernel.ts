import { readSysctl, settingsIn } from '../machine/sysctl.ts';
import { complain, type Program, type Run } from './program.ts';

/** `sysctl NAME` and `sysctl --load FILE`. */
const sysctl: Run = (call) => {
  const { files, state } = call.machine;
  const [first = '', path = ''] = call.words;
  if (first !== '--load' && first !== '-p') {
    const value = readSysctl(state.sysctl, first);
    if (value === undefined) {
      const file = `/proc/sys/${first.replaceAll('.', '/')}`;
      return complain(call, `sysctl: cannot stat ${file}: No such file or directory`, 255);
    }
    call.out(`${first} = ${value}\n`);
    return 0;
  }
  const text = files.find(path)?.text;
  if (text === undefined) return complain(call, `sysctl: cannot open "${path}": No such file or directory`, 255);
  for (const [name, value] of Object.entries(settingsIn(text))) {
    state.sysctl[name] = value;
    call.out(`${name} = ${value}\n`);
  }
  return 0;
};

export const kernelPrograms: Record<string, Program> = { sysctl: { run: sysctl } };
