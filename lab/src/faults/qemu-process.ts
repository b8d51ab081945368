import { readdirSync, readFileSync } from 'node:fs';

/** PF_EXITING of the kernel's include/linux/sched.h. */
const EXITING = 0x4;

/** What tells a guest's QEMU from others. */
export interface GuestIdentity {
  readonly name: string;
  readonly uuid: string;
}

/** A process as /proc shows it at one moment. */
export interface ProcessState {
  /** One letter, as in proc(5): `R`, `S`, `T` (stopped), `Z` (a zombie) … */
  readonly state: string;
  /** It is on its way out: the kernel takes it apart. */
  readonly isExiting: boolean;
  /** When it began, in ticks since boot: tells it from another that has its pid later. */
  readonly startTicks: string;
}

/** The arguments of a process; none of a zombie, a kernel thread, or where there is no such process. */
export function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

/** Whether these are the arguments of a QEMU that libvirt started for a guest, whose name or UUID it has. */
export function isQemuOf(args: readonly string[], { name, uuid }: GuestIdentity): boolean {
  if (!/(^|\/)qemu-system-[^/]+$/.test(args[0] ?? '')) return false;
  const after = (option: string) => args[args.indexOf(option, 1) + 1] ?? '';
  const isNamed = args.includes('-name') && after('-name').split(',').includes(`guest=${name}`);
  return isNamed || (args.includes('-uuid') && after('-uuid') === uuid);
}

/** `null` where there is no such process. */
export function stateOf(pid: number): ProcessState | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name, in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isExiting = (Number(fields[6]) & EXITING) !== 0;
    return { state: fields[0] ?? '', isExiting, startTicks: fields[19] ?? '' };
  } catch {
    return null;
  }
}

/**
 * Whether a process can do nothing any more: there is none, its pid is another's, or it is a zombie. A zombie some of
 * whose threads still end isn't gone.
 */
export function isGone(pid: number, startTicks: string, now: ProcessState | null = stateOf(pid)): boolean {
  if (now === null || now.startTicks !== startTicks) return true;
  if (now.state !== 'Z' && now.state !== 'X') return false;
  try {
    return readdirSync(`/proc/${pid}/task`).length <= 1;
  } catch {
    return true;
  }
}
