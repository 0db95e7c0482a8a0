/** How many addresses of each network the advice for systems other than Linux makes room for. */
const addressCount = 8;

/** Public and private ones, and of the first five containers of each host. */
const networks = ['127.0', '127.1', '127.101', '127.102', '127.103', '127.104', '127.105'];

/**
 * What is to be typed before the hosts can have addresses, or undefined when nothing is. Linux (WSL2 included) answers on
 * all of 127.0.0.0/8; elsewhere each address is an alias of lo0. `present` are the machine's addresses.
 */
export function addressAdvice(platform: string, addressRange: number, present: readonly string[]): string | undefined {
  if (platform === 'linux') return undefined;
  const wanted = networks.flatMap((network) =>
    Array.from({ length: addressCount }, (_, index) => `${network}.${addressRange}.${11 + index}`),
  );
  const missing = wanted.filter((address) => !present.includes(address));
  if (missing.length === 0) return undefined;
  const commands = missing.map((address) => `  sudo ifconfig lo0 alias ${address} up`);
  return ['The hosts need loopback addresses that this system does not have yet. Type:', ...commands, ''].join('\n');
}

/** Why real machines cannot run here, or undefined when they can. `uid` is undefined where there are no users. */
export function machinesProblem(
  platform: string,
  uid: number | undefined,
  hasEngine: () => boolean,
): string | undefined {
  if (platform !== 'linux') return '--machines needs Linux: the machines are containers with systemd in them.';
  if (uid !== 0) return '--machines needs root: it builds system images and starts containers.';
  if (!hasEngine())
    return '--machines needs a Docker engine that answers (`docker version`): apt-get install docker.io, and start it.';
  return undefined;
}
