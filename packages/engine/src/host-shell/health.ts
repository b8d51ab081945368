import { messageOf } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import { listDomains } from '../inventory/list.ts';
import type { HostRef } from '../model.ts';
import { shellCommand } from './command.ts';

/** A look at whether a host can take guests. */
export interface Health {
  /** Changes with each start of the machine; `null` where it can't be asked. */
  readonly bootId: string | null;
  /** Why it can't take guests yet, or not for long; `null` where nothing is known against it. */
  readonly trouble: string | null;
}

const LOOK_MS = 15_000;

/**
 * What systemd says of itself where it isn't done with starting, or is going down (systemctl(1), is-system-running). A
 * shutdown that is queued counts as `stopping` at once, so a `reboot` that has returned is seen.
 */
const NOT_READY: readonly string[] = ['initializing', 'starting', 'maintenance', 'stopping'];

/** Where there is no systemd the words are empty. */
const SCRIPT = `cat /proc/sys/kernel/random/boot_id
systemctl is-system-running 2>/dev/null || :
echo scheduled $(cat /run/systemd/shutdown/scheduled 2>/dev/null)
exit
`;

/** Asks libvirt, and the host's own system where there is a way to it. Never throws. */
export async function readHealth(ref: HostRef, env: Env): Promise<Health> {
  const [bySelf, byLibvirt] = await Promise.all([
    askSystem(ref, env),
    listDomains(ref, env).then(
      () => null,
      (error: unknown) => `libvirt does not answer: ${messageOf(error)}`,
    ),
  ]);
  return { bootId: bySelf.bootId, trouble: byLibvirt ?? bySelf.trouble };
}

async function askSystem(ref: HostRef, env: Env): Promise<Health> {
  const way = shellCommand(ref);
  if (way === null) return { bootId: null, trouble: null };
  const lines: string[] = [];
  const onLine = (line: string) => lines.push(line.trim());
  try {
    const program = env.startProgram(way.file, way.args, { onLine, deadlineMs: LOOK_MS });
    program.write(SCRIPT);
    const { exitCode, said } = await program.ended;
    const [bootId = ''] = lines;
    const scheduled = lines.find((line) => line.startsWith('scheduled'));
    if (exitCode !== 0 || scheduled === undefined)
      return { bootId: null, trouble: `its system does not answer: ${said || `${way.said} failed`}` };
    const state = lines.find((line) => NOT_READY.includes(line));
    if (state !== undefined) return { bootId, trouble: `its system is ${state}` };
    const goes = scheduled === 'scheduled' ? null : 'it is to be shut down, as scheduled';
    return { bootId, trouble: goes };
  } catch (error) {
    return { bootId: null, trouble: `its system cannot be asked: ${messageOf(error)}` };
  }
}
