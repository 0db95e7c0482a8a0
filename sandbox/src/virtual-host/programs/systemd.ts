import type { Machine } from '../machine/machine.ts';
import { units } from '../units/index.ts';
import { type Call, complain, type Program, type Run } from './program.ts';

type Command = (call: Call, name: string, state: { enabled: boolean; active: boolean }) => number | Promise<number>;

const commands: Record<string, Command> = {
  'is-enabled': (call, _, { enabled }) => {
    call.out(enabled ? 'enabled\n' : 'disabled\n');
    return enabled ? 0 : 1;
  },
  'is-active': (call, _, { active }) => {
    call.out(active ? 'active\n' : 'inactive\n');
    return active ? 0 : 3;
  },
  enable: (call, name, state) => {
    const install = '/lib/systemd/systemd-sysv-install';
    call.err(`Synchronizing state of ${name}.service with SysV service script with ${install}.\n`);
    call.err(`Executing: ${install} enable ${name}\n`);
    if (!state.enabled) {
      const link = `/etc/systemd/system/multi-user.target.wants/${name}.service`;
      call.err(`Created symlink ${link} → /lib/systemd/system/${name}.service.\n`);
    }
    state.enabled = true;
    return 0;
  },
  start: (call, name, { active }) => (active ? 0 : start(call, name)),
  stop: async ({ machine }, name, state) => {
    await units[name]?.stop(machine);
    state.active = false;
    return 0;
  },
  restart: async (call, name) => {
    await units[name]?.stop(call.machine);
    return start(call, name);
  },
  'reload-or-restart': async (call, name, { active }) => {
    const unit = units[name];
    if (active && unit?.reload) await unit.reload(call.machine);
    else if (active) await unit?.stop(call.machine);
    return active && unit?.reload ? 0 : start(call, name);
  },
};

const systemctl: Run = async (call) => {
  const [command = '', unit = '', ...rest] = call.words;
  const run = commands[command];
  if (command === 'daemon-reload') return 0;
  if (command.startsWith('-')) return complain(call, `systemctl: unrecognized option '${command}'`, 1);
  if (!run) return complain(call, `Unknown command verb ${command}.`, 1);
  if (rest.length > 0 || unit === '') return complain(call, 'virtual host: systemctl takes one unit at a time', 1);
  const name = unit.replace(/\.service$/, '');
  const state = call.machine.state.units[name];
  return state ? run(call, name, state) : unknownUnit(call, command, name);
};

/** As systemd 252 words it. */
function unknownUnit(call: Call, command: string, name: string): number {
  const service = `${name}.service`;
  if (command === 'is-active') {
    call.out('inactive\n');
    return 3;
  }
  if (command === 'is-enabled') {
    return complain(call, `Failed to get unit file state for ${service}: No such file or directory`, 1);
  }
  if (command === 'enable') return complain(call, `Failed to enable unit: Unit file ${service} does not exist.`, 1);
  return complain(call, `Failed to ${command} ${service}: Unit ${service} not found.`, 5);
}

async function start(call: Call, name: string): Promise<number> {
  await call.sleep(500);
  if ((await startUnit(call.machine, name)) === undefined) return 0;
  call.err(`Job for ${name}.service failed because the control process exited with error code.\n`);
  return complain(call, `See "systemctl status ${name}.service" and "journalctl -xeu ${name}.service" for details.`, 1);
}

/** Gives the reason when it does not start. */
export async function startUnit(machine: Machine, name: string): Promise<string | undefined> {
  const state = machine.state.units[name];
  const reason = await units[name]?.start(machine);
  if (state) state.active = reason === undefined;
  return reason;
}

export const systemdPrograms: Record<string, Program> = { systemctl: { run: systemctl, from: ['systemd'] } };
