import type { Machine } from '../machine.ts';
import { failed, ok, type Program } from '../program.ts';

const known = (machine: Machine, unit: string) =>
  unit === 'docker' ? 'docker.io' in machine.disk.packages : ['ssh', 'apt-daily', 'apt-daily-upgrade'].includes(unit);

const systemctl: Program = async (machine, [command = '', ...names]) => {
  const units = names.map((name) => name.replace(/\.service$/, ''));
  const [unit = ''] = units;
  if (command === 'is-active') {
    const states = units.map((name) => (machine.active.has(name) ? 'active' : 'inactive'));
    const stdout = `${states.join('\n')}\n`;
    return states.includes('active') ? ok(stdout) : { exit: 3, stdout, stderr: '' };
  }
  if (!known(machine, unit)) {
    return command === 'is-enabled'
      ? failed(1, `Failed to get unit file state for ${unit}.service: No such file or directory`)
      : failed(command === 'enable' ? 1 : 5, `Failed to ${command} ${unit}.service: Unit ${unit}.service not found.`);
  }
  const enabled = machine.disk.enabled.includes(unit);
  if (command === 'is-enabled') return enabled ? ok('enabled\n') : { exit: 1, stdout: 'disabled\n', stderr: '' };
  if (command === 'enable') {
    if (!enabled) machine.disk.enabled.push(unit);
    return ok();
  }
  const act = { start, stop, restart, 'reload-or-restart': restart }[command];
  if (!act) return failed(1, `Unknown command verb '${command}'.`);
  await act(machine, unit);
  return ok();
};

async function start(machine: Machine, unit: string): Promise<void> {
  if (machine.active.has(unit)) return;
  machine.active.add(unit);
  if (unit === 'docker') await machine.engine.start();
}

async function stop(machine: Machine, unit: string): Promise<void> {
  machine.active.delete(unit);
  if (unit === 'docker') await machine.engine.stop();
}

async function restart(machine: Machine, unit: string): Promise<void> {
  if (!machine.active.has(unit)) await start(machine, unit);
  else if (unit === 'docker') await machine.engine.restart();
}

const cloudInit: Program = async (machine, [command, option]) => {
  if (!('cloud-init' in machine.disk.packages)) return failed(127, 'cloud-init: command not found');
  if (command !== 'status') return failed(2, `cloud-init: error: argument subcommand: invalid choice: '${command}'`);
  const left = machine.bootedAt - machine.time.now();
  if (left > 0 && option !== '--wait') return ok('status: running\n');
  if (left > 0) await machine.time.sleep(left / 1000);
  return ok(option === '--wait' ? '\nstatus: done\n' : 'status: done\n');
};

const fallocate: Program = (machine, argv) => {
  const [option, size = '', path = ''] = argv;
  const gib = /^(\d+)GiB$/.exec(size)?.[1];
  if (option !== '--length' || gib === undefined)
    return failed(1, 'fallocate: only `fallocate --length NGiB FILE` is simulated here');
  if (machine.disk.files[path] === undefined && !machine.chargeDisk(Number(gib) * 1024)) {
    return failed(1, 'fallocate: fallocate failed: No space left on device');
  }
  machine.disk.files[path] ??= { mode: '644', content: `zeros ${Number(gib) * 1024}` };
  return ok();
};

const mkswap: Program = (machine, [path = '']) => {
  const file = machine.disk.files[path];
  if (!file) return failed(1, `mkswap: cannot open ${path}: No such file or directory`);
  file.content = file.content.replace(/^zeros /, 'swap ');
  return ok(`Setting up swapspace version 1, size = ${file.content.slice(5)} MiB\n`);
};

const swapon: Program = (machine, argv) => {
  if (argv[0] === '--show=NAME') return ok(machine.swap.map(({ file }) => `${file}\n`).join(''));
  const [path = ''] = argv;
  const mb = /^swap (\d+)$/.exec(machine.disk.files[path]?.content ?? '')?.[1];
  if (mb === undefined) return failed(255, `swapon: ${path}: read swap header failed`);
  if (machine.swap.some(({ file }) => file === path))
    return failed(255, `swapon: ${path}: swapon failed: Device or resource busy`);
  machine.swap.push({ file: path, mb: Number(mb) });
  return ok();
};

const hostname: Program = ({ spec, engine }, [option]) => {
  if (option !== '--all-ip-addresses') return ok(`${spec.name}\n`);
  return ok(`${spec.privateIp} ${engine.running() ? '172.17.0.1 ' : ''}\n`);
};

export const system: Record<string, Program> = {
  systemctl,
  'cloud-init': cloudInit,
  fallocate,
  mkswap,
  swapon,
  hostname,
};
