import type { Reach } from '../../stand-ins/kong/index.ts';
import type { Machine } from '../machine/machine.ts';
import { realPort } from '../machine/ports.ts';

/** Where what a program on the host asks for really is: on the host itself, or on another host of the sandbox, never beyond. */
export function reachFrom(machine: Machine): Reach {
  return (host, port) => {
    const container = machine.engine.containers.reach(host, port);
    if (typeof container === 'object') return { host: container.address, port: realPort(container.port) };
    // A container that only behaves has nobody to answer.
    if (container !== undefined) return undefined;
    if (['127.0.0.1', 'localhost', machine.spec.privateIp].includes(host)) {
      const own = machine.sockets.reach(host === 'localhost' ? '127.0.0.1' : host, port)?.realPort;
      return own === undefined ? undefined : { host: '127.0.0.1', port: own };
    }
    return /^127(\.\d{1,3}){3}$/.test(host) ? { host, port: realPort(port) } : undefined;
  };
}
