import { complain, type Program, type Run } from './program.ts';

/** `cloud-init status [--wait]` as 22.4 prints it: exit 0 also while it runs. The launch script itself is not run. */
const cloudInit: Run = async (call) => {
  const [command, option] = call.words;
  if (command !== 'status' || (option !== undefined && option !== '--wait')) {
    return complain(
      call,
      `usage: cloud-init [-h]\ncloud-init: error: argument subcommand: invalid choice: '${command}'`,
      2,
    );
  }
  const { firstBoot } = call.machine;
  if (option === '--wait') {
    while (firstBoot.left() > 0) {
      call.out('.');
      await call.sleep(250);
    }
    call.out('\n');
  }
  call.out(`status: ${firstBoot.left() > 0 ? 'running' : 'done'}\n`);
  return 0;
};

export const cloudInitPrograms: Record<string, Program> = { 'cloud-init': { run: cloudInit, from: ['cloud-init'] } };
