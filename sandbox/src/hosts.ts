/** What Lightsail (the model) asks of whatever boots hosts: virtual ones in this process, or real Debian machines. */

export interface HostSpec {
  /** Unique over all regions and for ever, as `name` is not: the instance's UUID. */
  id: string;
  name: string;
  blueprintId: string;
  /** Login user, e.g. `admin` on Debian. */
  username: string;
  ramMb: number;
  diskGb: number;
  /** Public keys in OpenSSH form that may log in. */
  authorizedKeys: readonly string[];
  /** The launch script; '' for none. */
  userData: string;
  /** A loopback address of the host's own (127.1.x.y), so that what listens on it can be reached from other hosts. */
  privateIp: string;
}

export interface HostKey {
  /** SSH name of the key's type, e.g. `ssh-ed25519`. */
  algorithm: string;
  /** The key's blob in base64, as in the second field of a .pub file. */
  publicKey: string;
}

export interface Host {
  /** The address on the private network; may differ from the one asked for where the machine decides. */
  readonly privateIp: string;
  /**
   * Boots, and answers on `publicIp` (a loopback address) from then on. Resolves when sshd listens; rejects with the code
   * EADDRINUSE or EADDRNOTAVAIL when it cannot have the address, and may then be called again with another.
   */
  start(publicIp: string): Promise<void>;
  /**
   * Answers on this address from now on and on the old one no longer, where all is cut; for a host that runs. Rejects as
   * `start` does, and then answers where it did.
   */
  readdress(publicIp: string): Promise<void>;
  /** Shuts down in order; the address answers nothing afterwards, the disk stays. */
  stop(): Promise<void>;
  reboot(): Promise<void>;
  /** Ends it for ever and frees all it held. */
  destroy(): Promise<void>;
  hostKeys(): Promise<readonly HostKey[]>;
  /** Plays a fault; throws a TypeError that lists the faults it knows when it does not know this one. */
  setFault(fault: HostFault): Promise<void>;
  clearFaults(): Promise<void>;
  /** What was seen so far; the tests count with it. */
  observed(): HostObservations;
}

export type HostFault =
  | { type: 'slow'; delayMs: number }
  /** The connection is cut while step `step` (0-based) runs; the step itself still ends unless `kill`. */
  | { type: 'hang_up'; step: number; kill?: boolean }
  | { type: 'fail_step'; step: number; exit: number; output: string; times?: number }
  | { type: 'dpkg_locked'; forMs: number }
  | { type: 'disk_full' }
  | { type: 'host_key_changed' }
  /** sshd answers once, then restarts: the session is cut and the port refused for `downMs`. */
  | { type: 'sshd_restart'; downMs: number }
  | { type: 'refuse' }
  | { type: 'unreachable' }
  /** The kernel kills this unit for want of memory: at once, and whenever it has started. */
  | { type: 'oom_kill'; unit: string }
  /** Another program listens on this port of all addresses. */
  | { type: 'port_taken'; port: number; program: string }
  /** An earlier installation ended in the package's script; clearing the faults does not undo it. */
  | { type: 'half_configured'; package: string }
  /** This unit does not start, and says these lines. */
  | { type: 'unit_fails'; unit: string; lines: readonly string[] };

export interface HostObservations {
  connections: number;
  authAttempts: number;
  execs: number;
  bytesIn: number;
  /** Each program run, as its argument array joined by spaces: what `ps` would have shown. */
  commandLines: readonly string[];
}

export interface HostDriver {
  /** Blueprints that it can boot; undefined means every one of the catalogue. */
  readonly blueprints: readonly string[] | undefined;
  /** Where the hosts pull images from, if the driver has a registry of its own; both throw a TypeError at what they do not know. */
  readonly images?: ImageRegistry;
  /** Environment that a control API needs where these hosts get vendors' packages from elsewhere than the vendors. */
  readonly vendorSettings?: Readonly<Record<string, string>>;
  /** Makes a host, switched off. */
  create(spec: HostSpec): Promise<Host>;
  /** All that `restore` needs, as plain JSON; a driver without the two cannot keep its hosts over a restart of the sandbox. */
  snapshot?(): unknown;
  /** Takes what `snapshot` gave. From then on `create` with the `id` of a host in it gives that host back: disk and keys as they were, switched off. */
  restore?(state: unknown): void | Promise<void>;
  close(): Promise<void>;
}

export interface ImageRegistry {
  /** `127.0.0.1:PORT`, where an engine of this computer pushes what hosts then pull as ghcr.io/...; undefined where nothing can be pushed. */
  readonly pushTo?: string;
  put(image: unknown): void;
  setFault(fault: unknown): void;
}
