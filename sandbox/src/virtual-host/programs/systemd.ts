import type { UnitState } from '../machine/state.ts';
import { units } from '../units/index.ts';
import { activeState, catchUp, dropInsOf, reloadUnit, startUnit, stopUnit } from '../units/manager.ts';
import type { Failure } from '../units/unit.ts';
import { type Call, complain, type Program, type Run } from './program.ts';

type Command = (call: Call, name: string, state: UnitState) => number | Promise<number>;

const commands: Record<string, Command> = {
  'is-enabled': (call, _, { enabled }) => {
    call.out(enabled ? 'enabled\n' : 'disabled\n');
    return enabled ? 0 : 1;
  },
  'is-active': (call, name) => {
    const state = activeState(call.machine, name);
    call.out(`${state}\n`);
    return state === 'active' ? 0 : 3;
  },
  enable: (call, name, state) => {
    tellSysv(call, 'enable', name);
    if (!state.enabled) call.err(`Created symlink ${linkOf(name)} → /lib/systemd/system/${name}.service.\n`);
    state.enabled = true;
    return 0;
  },
  disable: (call, name, state) => {
    tellSysv(call, 'disable', name);
    if (state.enabled) call.err(`Removed "${linkOf(name)}".\n`);
    state.enabled = false;
    return 0;
  },
  start: (call, name, { active }) => (active ? 0 : start(call, name)),
  stop: async ({ machine }, name) => {
    await stopUnit(machine, name);
    return 0;
  },
  restart: start,
  reload: async (call, name, { active }) => {
    if (!active) return complain(call, `${name}.service is not active, cannot reload.`, 1);
    if (!units[name]?.reload) {
      const why = `Job type reload is not applicable for unit ${name}.service.`;
      return complain(call, `Failed to reload ${name}.service: ${why}`, 1);
    }
    return tellFailure(call, name, await reloadUnit(call.machine, name));
  },
  'reload-or-restart': async (call, name, { active }) => {
    if (active && units[name]?.reload) return tellFailure(call, name, await reloadUnit(call.machine, name));
    return start(call, name);
  },
};

const systemctl: Run = async (call) => {
  const [command = '', unit = '', ...rest] = call.words;
  await catchUp(call.machine);
  if (command === 'daemon-reload') return daemonReload(call);
  if (command === 'show') return show(call, unit, rest);
  const run = commands[command];
  if (command.startsWith('-')) return complain(call, `systemctl: unrecognized option '${command}'`, 1);
  if (!run) return complain(call, `Unknown command verb ${command}.`, 1);
  if (rest.length > 0 || unit === '') return complain(call, 'virtual host: systemctl takes one unit at a time', 1);
  const name = unit.replace(/\.service$/, '');
  const state = call.machine.state.units[name];
  return state ? run(call, name, state) : unknownUnit(call, command, name);
};

function daemonReload({ machine }: Call): number {
  for (const [name, state] of Object.entries(machine.state.units)) state.dropIns = dropInsOf(machine, name);
  return 0;
}

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
  if (command === 'enable' || command === 'disable') {
    return complain(call, `Failed to ${command} unit: Unit file ${service} does not exist.`, 1);
  }
  return complain(
    call,
    `Failed to ${command} ${service}: Unit ${service} not ${command === 'stop' ? 'loaded' : 'found'}.`,
    5,
  );
}

async function start(call: Call, name: string): Promise<number> {
  const { machine } = call;
  if ((machine.state.units[name]?.dropIns ?? '') !== dropInsOf(machine, name)) {
    const what = `The unit file, source configuration file or drop-ins of ${name}.service changed on disk.`;
    call.err(`Warning: ${what} Run 'systemctl daemon-reload' to reload units.\n`);
  }
  await call.sleep(500);
  return tellFailure(call, name, await startUnit(machine, name, call.sleep));
}

const BECAUSE: Record<Failure['result'], string> = {
  'exit-code': 'the control process exited with error code',
  'oom-kill': 'of an out-of-memory (OOM) situation',
  signal: 'a fatal signal was delivered to the control process',
  timeout: 'a timeout was exceeded',
};

function tellFailure(call: Call, name: string, failure: Failure | undefined): number {
  if (!failure) return 0;
  call.err(`Job for ${name}.service failed because ${BECAUSE[failure.result]}.\n`);
  return complain(call, `See "systemctl status ${name}.service" and "journalctl -xeu ${name}.service" for details.`, 1);
}

function tellSysv(call: Call, command: string, name: string): void {
  if (!units[name]?.sysv) return;
  const install = '/lib/systemd/systemd-sysv-install';
  call.err(`Synchronizing state of ${name}.service with SysV service script with ${install}.\n`);
  call.err(`Executing: ${install} ${command} ${name}\n`);
}

function linkOf(name: string): string {
  return `/etc/systemd/system/multi-user.target.wants/${name}.service`;
}

const SUB_STATES: Record<string, string> = { active: 'running', activating: 'auto-restart', failed: 'failed' };

/** `show UNIT --property=A,B`: in systemd's own order; also of a unit that there is not. */
function show({ machine, out }: Call, unit: string, rest: readonly string[]): number {
  const name = unit.replace(/\.service$/, '');
  const state = machine.state.units[name];
  const active = activeState(machine, name);
  const pid = active === 'active' ? (machine.services.get(name)?.pid ?? 0) : 0;
  const properties: Record<string, string | number> = {
    MainPID: pid,
    Result: state?.result ?? 'success',
    NRestarts: state?.restarts ?? 0,
    ExecMainStatus: state?.status ?? 0,
    Id: `${name}.service`,
    LoadState: state ? 'loaded' : 'not-found',
    ActiveState: active,
    SubState: SUB_STATES[active] ?? 'dead',
    UnitFileState: state ? (state.enabled ? 'enabled' : 'disabled') : '',
  };
  const asked = rest.flatMap((word) => /^--property=(.*)$/.exec(word)?.[1]?.split(',') ?? []);
  const rows = Object.entries(properties).filter(([key]) => asked.length === 0 || asked.includes(key));
  out(rows.map(([key, value]) => `${key}=${value}\n`).join(''));
  return 0;
}

export const systemdPrograms: Record<string, Program> = { systemctl: { run: systemctl, from: ['systemd'] } };
