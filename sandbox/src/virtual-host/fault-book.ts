import { z } from 'zod';
import type { HostFault } from '../hosts.ts';
import { packagesWithUnits } from './machine/packages.ts';
import { units } from './units/index.ts';

const ms = z.number().min(0);
const step = z.int().min(0);
const unit = z.enum(Object.keys(units));

const faultSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('slow'), delayMs: ms }),
  z.strictObject({ type: z.literal('hang_up'), step, kill: z.boolean().optional() }),
  z.strictObject({
    type: z.literal('fail_step'),
    step,
    exit: z.int().min(1).max(255),
    output: z.string(),
    times: z.int().min(1).optional(),
  }),
  z.strictObject({ type: z.literal('dpkg_locked'), forMs: ms }),
  z.strictObject({ type: z.literal('disk_full') }),
  z.strictObject({ type: z.literal('host_key_changed') }),
  z.strictObject({ type: z.literal('sshd_restart'), downMs: ms }),
  z.strictObject({ type: z.literal('refuse') }),
  z.strictObject({ type: z.literal('unreachable') }),
  z.strictObject({ type: z.literal('oom_kill'), unit }),
  z.strictObject({ type: z.literal('port_taken'), port: z.int().min(1).max(65_535), program: z.string().min(1) }),
  z.strictObject({ type: z.literal('half_configured'), package: z.enum(packagesWithUnits) }),
  z.strictObject({ type: z.literal('unit_fails'), unit, lines: z.array(z.string()).min(1) }),
]);

type Kind = HostFault['type'];
type Fault<K extends Kind> = Extract<HostFault, { type: K }>;

/** The faults that a host plays now. */
export function createFaultBook() {
  let faults: HostFault[] = [];
  const all = <K extends Kind>(type: K) => faults.filter((one): one is Fault<K> => one.type === type);
  const remove = (fault: HostFault) => {
    faults = faults.filter((one) => one !== fault);
  };
  return {
    /** Throws a TypeError that lists the faults it knows. */
    add(input: HostFault): HostFault {
      const { data, error } = faultSchema.safeParse(input);
      if (!data) throw new TypeError(`${z.prettifyError(error)}\nKnown faults: ${known.join(', ')}`);
      const fault = { ...data } as HostFault;
      faults.push(fault);
      return fault;
    },
    clear: () => {
      faults = [];
    },
    plays: (type: Kind) => all(type).length > 0,
    delayMs: () => all('slow').reduce((sum, { delayMs }) => sum + delayMs, 0),
    /** Played once: the call that finishes what was cut goes through. */
    takeHangUp(at: number): Fault<'hang_up'> | undefined {
      const fault = all('hang_up').find((one) => one.step === at);
      if (fault) remove(fault);
      return fault;
    },
    takeRestart(): Fault<'sshd_restart'> | undefined {
      const [fault] = all('sshd_restart');
      if (fault) remove(fault);
      return fault;
    },
    failureOf(at: number): (() => { exit: number; output: string }) | undefined {
      const fault = all('fail_step').find((one) => one.step === at);
      if (!fault) return undefined;
      return () => {
        if (fault.times !== undefined && --fault.times === 0) remove(fault);
        return { exit: fault.exit, output: fault.output };
      };
    },
  };
}

const known = faultSchema.options.map(({ shape }) => shape.type.value);
