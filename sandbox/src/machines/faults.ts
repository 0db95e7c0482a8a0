import { readFile } from 'node:fs/promises';
import type { HostFault } from '../hosts.ts';
import type { Engine } from './engine.ts';
import type { Forwarder } from './forwarder.ts';

type Type = HostFault['type'];
type Play = { [T in Type]?: (fault: Extract<HostFault, { type: T }>) => Promise<void> | void };

/** Below these nothing can be written under `disk_full`: where apt, dpkg, the engine and the control API write. */
const fullFolders =
  '/usr /var/cache/apt /var/lib/apt /var/lib/dpkg /var/lib/fountain /var/lib/docker/tmp /etc/docker /tmp /root';

/** A frontend that does not let go, with the lock that dpkg itself takes (fcntl, which flock(1) does not do). */
const holdDpkgLock = `
import fcntl, os, socket, sys, time
lock = open("/var/lib/dpkg/lock-frontend", "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
time.sleep(int(sys.argv[1]) / 1000)
`;

export interface FaultsOptions {
  engine: Engine;
  container: string;
  forwarder: Forwarder;
  /** Resolves when sshd answers. */
  sshAnswers: () => Promise<void>;
  /** Listens again on the public address, if the machine has one. */
  reopen: () => Promise<void>;
}

/** What can go wrong with a machine for real; those that happen inside are played while it runs. */
export function createMachineFaults({ engine, container, forwarder, sshAnswers, reopen }: FaultsOptions) {
  const inside = (script: string, ...args: string[]) => engine.inside(container, script, ...args);

  async function armSession(text: string): Promise<void> {
    const program = await readFile(new URL('session-fault.py', import.meta.url), 'utf8');
    await inside(
      `install -d -o admin /run/sandbox-fault && printf '%s\\n' "$1" >/run/sandbox-fault/armed
       program=/usr/local/lib/sandbox-session-fault
       printf '%s' "$2" >$program && chmod 755 $program
       printf 'ForceCommand %s\\n' $program >/etc/ssh/sshd_config.d/session-fault.conf
       systemctl reload ssh`,
      text,
      program,
    );
    await sshAnswers();
  }

  const play: Play = {
    slow: ({ delayMs }) => {
      forwarder.line.delayMs = delayMs;
    },
    refuse: () => forwarder.refuse(),
    unreachable: () => forwarder.goSilent(),
    hang_up: ({ step, kill }) => armSession(`hang_up ${step} ${kill ? 1 : 0}`),
    sshd_restart: async ({ downMs }) => {
      await armSession('restart');
      forwarder.onSessionEnd(() => {
        forwarder.onSessionEnd(undefined);
        void forwarder.refuse();
        void inside('systemctl restart ssh').catch(() => {});
        setTimeout(() => void reopen().catch(() => {}), downMs);
      });
    },
    dpkg_locked: async ({ forMs }) => {
      const unit = '--unit=sandbox-dpkg-lock --collect --property=Type=notify';
      await inside(`systemd-run --quiet ${unit} python3 -c "$1" "$2"`, holdDpkgLock, String(forMs));
    },
    disk_full: async () => {
      await inside(
        `mkdir -p /run/sandbox-full /var/lib/fountain && mount -t tmpfs -o size=64k,nr_inodes=64 tmpfs /run/sandbox-full
         for folder in ${fullFolders}; do
           [ -d $folder ] || continue
           upper=/run/sandbox-full/\${folder//\\//-} && mkdir $upper $upper/upper $upper/work
           mount -t overlay overlay -o lowerdir=$folder,upperdir=$upper/upper,workdir=$upper/work $folder
         done
         head -c 1M /dev/zero >/run/sandbox-full/ballast 2>/dev/null || true
         number=0 && while mkdir /run/sandbox-full/$number 2>/dev/null; do number=$((number + 1)); done`,
      );
    },
    host_key_changed: async () => {
      await inside(
        `[ -d /etc/ssh/keys-before ] || { mkdir /etc/ssh/keys-before && cp -a /etc/ssh/ssh_host_* /etc/ssh/keys-before; }
         rm /etc/ssh/ssh_host_* && ssh-keygen -A >/dev/null && systemctl restart ssh`,
      );
      await sshAnswers();
    },
  };

  const undo = `
    rm -f /run/sandbox-fault/armed
    systemctl stop sandbox-dpkg-lock 2>/dev/null || true
    if [ -d /run/sandbox-full ]; then
      for folder in ${fullFolders}; do
        while [ "$(stat --file-system --format=%T $folder 2>/dev/null)" = overlayfs ] && umount -l $folder 2>/dev/null; do :; done
      done
      umount -l /run/sandbox-full && rmdir /run/sandbox-full
      rmdir --ignore-fail-on-non-empty /var/lib/fountain
    fi
    if [ -d /etc/ssh/keys-before ]; then
      rm /etc/ssh/ssh_host_* && mv /etc/ssh/keys-before/* /etc/ssh && rmdir /etc/ssh/keys-before
      systemctl restart ssh
    fi`;

  return {
    /** Throws a TypeError for a fault that real machines cannot have. */
    check({ type }: HostFault): void {
      if (!play[type]) throw new TypeError(`a real machine knows the faults ${Object.keys(play).join(', ')}`);
    },
    play: async (fault: HostFault) =>
      (play[fault.type] as ((one: HostFault) => Promise<void> | void) | undefined)?.(fault),
    async clear(running: boolean): Promise<void> {
      forwarder.line.delayMs = 0;
      forwarder.onSessionEnd(undefined);
      if (forwarder.line.silent) forwarder.cut();
      forwarder.line.silent = false;
      if (running) {
        await inside(undo);
        await sshAnswers();
      }
      await reopen();
    },
  };
}
