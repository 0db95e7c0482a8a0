import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { readFileSync } from 'node:fs';

/**
 * Loaded before every Node program that runs as a container: stands in for what an engine does around a process. Names of
 * other containers are found in the file `?names=`, at each look-up anew; other names without a dot are nobody's. It ends
 * with the sandbox, however that ends: its stdin is a pipe of the sandbox's.
 */
const file = new URL(import.meta.url).searchParams.get('names') ?? '';

type Callback = (error: Error | null, address?: string | LookupAddress[], family?: number) => void;
type Lookup = (name: string, options: LookupOptions, callback: Callback) => void;
const lookUp = dns.lookup as unknown as Lookup;

function lookUpHere(name: string, options: LookupOptions | Callback, callback = options as Callback): void {
  const wanted = typeof options === 'object' ? options : {};
  const address = names()[name.toLowerCase()];
  if (address === undefined && (name.includes('.') || name.includes(':') || name === 'localhost')) {
    lookUp(name, wanted, callback);
  } else if (address === undefined) {
    const about = { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: name };
    process.nextTick(callback, Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), about));
  } else {
    const found = wanted.all ? [[{ address, family: 4 }]] : [address, 4];
    process.nextTick(callback, null, ...found);
  }
}

function names(): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

dns.lookup = lookUpHere as unknown as typeof dns.lookup;

process.stdin.on('error', () => undefined);
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();
(process.stdin as unknown as { unref?(): void }).unref?.();
