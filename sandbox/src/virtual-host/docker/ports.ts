import { anyAddress, type Publication } from '../machine/ports.ts';
import { EngineError } from './state.ts';

/** Throws an EngineError when the host has no such address, or when a running container has the port. */
export function checkPorts(
  publications: readonly Publication[],
  taken: readonly Publication[],
  privateIp: string,
  sshPort: number,
): void {
  for (const publication of publications) {
    const { hostIp, hostPort } = publication;
    const clash = taken.some(
      (one) => one.hostPort === hostPort && (one.hostIp === hostIp || [one.hostIp, hostIp].includes(anyAddress)),
    );
    if (clash) throw new EngineError(`Bind for ${hostIp}:${hostPort} failed: port is already allocated`);
    if (![anyAddress, '127.0.0.1', privateIp].includes(hostIp)) {
      throw cannotBind(publication, 'cannot assign requested address');
    }
    if ([22, sshPort].includes(hostPort) && hostIp !== '127.0.0.1') throw portInUse(publication);
  }
}

/** The engine's words for a port that somebody else has. */
export const portInUse = (publication: Publication) => cannotBind(publication, 'address already in use');

function cannotBind({ hostIp, hostPort }: Publication, why: string): EngineError {
  return new EngineError(`Error starting userland proxy: listen tcp4 ${hostIp}:${hostPort}: bind: ${why}`);
}
