import type { Socket } from '../machine/sockets.ts';
import { catchUp } from '../units/manager.ts';
import { type Call, complain, type Program, type Run } from './program.ts';

const FLAGS = ['--no-header', '--listening', '--tcp', '--numeric', '--processes'];
const HEADER = 'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n';

/** `ss` of listening sockets, with a filter of source ports: `( sport = :80 or sport = :443 )`. */
const ss: Run = async (call) => {
  const flags = call.words.filter((word) => word.startsWith('-'));
  const unknown = flags.find((flag) => !FLAGS.includes(flag));
  if (unknown) return complain(call, `ss: unrecognized option '${unknown}'`, 255);
  const filter = call.words.filter((word) => !word.startsWith('-')).join(' ');
  const ports = [...filter.matchAll(/sport = :(\d+)/g)].map(([, port]) => Number(port));
  if (filter.replace(/sport = :\d+|\bor\b|[() ]/g, '') !== '') {
    return complain(
      call,
      `Error: an inet prefix is expected rather than "${filter}".\nCannot parse dst/src address.`,
      255,
    );
  }
  await catchUp(call.machine);
  if (!flags.includes('--no-header')) call.out(HEADER);
  const found = call.machine.sockets.all().filter(({ port }) => ports.length === 0 || ports.includes(port));
  for (const socket of found) call.out(rowOf(socket, flags.includes('--processes')));
  return 0;
};

function rowOf({ address, port, program, pids }: Socket, processes: boolean): string {
  const users = pids.map((pid) => `("${program}",pid=${pid},fd=9)`).join(',');
  const row = `LISTEN 0      511    ${`${address}:${port}`.padStart(17)}      0.0.0.0:*`;
  return `${row}${processes ? `    users:(${users})` : ''}\n`;
}

/** For `127.0.0.1` and the like: who listens there, after what died was started again. */
export async function listenerAt({ machine }: Call, host: string, port: number): Promise<Socket | undefined> {
  await catchUp(machine);
  return machine.sockets.reach(host === 'localhost' ? '127.0.0.1' : host, port);
}

export const networkPrograms: Record<string, Program> = { ss: { run: ss } };
