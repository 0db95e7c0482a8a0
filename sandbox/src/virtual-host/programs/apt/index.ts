import { archivesIn } from '../../machine/archives.ts';
import { type Call, complain, type Program, type Run } from '../program.ts';
import { install, leaveUnpacked } from './install.ts';
import { readOptions } from './options.ts';
import { offers } from './resolve.ts';
import { update } from './update.ts';

const aptGet: Run = (call) => {
  const asked = readOptions(call.words);
  if (typeof asked === 'string') return complain(call, asked, 100);
  if (asked.command === 'update') return update(call, asked);
  if (asked.command === 'install') return install(call, asked);
  return complain(call, `E: Invalid operation ${asked.command ?? ''}`, 100);
};

function halfDone(call: Call): void {
  const asked = readOptions(call.words);
  if (typeof asked === 'object') leaveUnpacked(call, asked);
}

const aptMark: Run = (call) => {
  const [command, ...names] = call.words;
  const { state } = call.machine;
  if (command === 'showhold') {
    call.out(
      [...state.held]
        .sort()
        .map((name) => `${name}\n`)
        .join(''),
    );
    return 0;
  }
  if (command !== 'hold' && command !== 'unhold') return complain(call, `E: Invalid operation ${command ?? ''}`, 100);
  for (const name of names) {
    if (!state.packages[name]) return complain(call, `E: Unable to locate package ${name}`, 100);
    const isHeld = state.held.includes(name);
    if (command === 'hold') {
      call.out(isHeld ? `${name} was already set on hold.\n` : `${name} set on hold.\n`);
      if (!isHeld) state.held.push(name);
    } else {
      call.out(isHeld ? `Canceled hold on ${name}.\n` : `${name} was already not on hold.\n`);
      state.held = state.held.filter((one) => one !== name);
    }
  }
  return 0;
};

/** `apt-cache madison NAME`: a row for each version of each archive. */
const aptCache: Run = (call) => {
  const [command, name = ''] = call.words;
  if (command !== 'madison') return complain(call, `E: Invalid operation ${command ?? ''}`, 100);
  const rows = offers(call.machine, name);
  if (rows.length === 0) return complain(call, `N: Unable to locate package ${name}`, 0);
  const sources = archivesIn(call.machine.files);
  for (const { version, archive } of rows) {
    const { url = 'http://archive.example', suite = '' } = sources.find((one) => one.name === archive) ?? {};
    const from = `${url.replace(/\/$/, '')} ${suite || call.machine.system.codename}/main amd64 Packages`;
    call.out(`${name.padStart(10)} | ${version.padStart(10)} | ${from}\n`);
  }
  return 0;
};

export const aptPrograms: Record<string, Program> = {
  'apt-get': { run: aptGet, from: ['apt'], halfDone },
  'apt-mark': { run: aptMark, from: ['apt'] },
  'apt-cache': { run: aptCache, from: ['apt'] },
};
