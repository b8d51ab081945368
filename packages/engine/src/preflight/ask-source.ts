import { isRemote, JobType, MigrateFlag, messageOf } from '@virt-ferry/libvirt';
import type { CheckContext } from './check.ts';

/** What the source answers to the question whether it would send the domain. */
export type Answer =
  | { readonly kind: 'agrees' }
  | { readonly kind: 'refuses'; readonly reason: string }
  /** It could not be asked now; another check says why, or {@link why}. */
  | { readonly kind: 'silent'; readonly why: string | null };

/** It has little to do for an answer. Longer, and something else holds the domain. */
const DEADLINE_MS = 2000;

const asked = new WeakMap<CheckContext, Promise<Answer>>();

/**
 * Asks the source's libvirt the way a move does: by Begin. Without change protection Begin is over when it answers,
 * and leaves nothing (`qemuMigrationSrcBegin`, src/qemu/qemu_migration.c); before that it goes through all of
 * `qemuMigrationSrcIsAllowed`, which also asks QEMU for what blocks a migration (`query-migrate`), and so sees what no
 * description tells: a slirp helper, a mounted 9p, a domain that goes with its client. It names only the first reason
 * that it meets. UNSAFE leaves the disks out: they are judged elsewhere. Asked once, however many checks want to know.
 */
export function askSource(context: CheckContext): Promise<Answer> {
  const answer = asked.get(context) ?? ask(context);
  asked.set(context, answer);
  return answer;
}

async function ask({ source: { connection }, domain, dom, wishes }: CheckContext): Promise<Answer> {
  if (domain.state !== 'running' && domain.state !== 'paused') return { kind: 'silent', why: null };
  try {
    const { type } = await connection.domainGetJobInfo({ dom });
    // Begin would wait for the other job to end.
    if (type === JobType.bounded || type === JobType.unbounded) return { kind: 'silent', why: null };
    const flags = MigrateFlag.live | MigrateFlag.unsafe | (wishes.tls ? MigrateFlag.tls : 0);
    await connection.domainMigrateBegin3Params({ dom, params: [], flags }, { deadlineMs: DEADLINE_MS });
    return { kind: 'agrees' };
  } catch (error) {
    if (isRemote(error)) return { kind: 'refuses', reason: error.message };
    return { kind: 'silent', why: messageOf(error) };
  }
}

/** As libvirt counts: the first that asks QEMU what blocks a migration (`QEMU_CAPS_MIGRATION_BLOCKED_REASONS`). */
const LIBVIRT_ASKS_FROM = 8_006_000;
/** The first that can say (`blocked-reasons`, qapi/migration.json). */
const QEMU_ANSWERS_FROM = 6_000_000;

/**
 * Whether the source has said that nothing in the domain's make-up is in the way. `by`: whose rule it is. Where QEMU
 * can't be asked, what it refuses shows only once the move has begun.
 */
export async function sourceVouches(context: CheckContext, by: 'libvirt' | 'qemu'): Promise<boolean> {
  const { libvirtVersion, hypervisorVersion } = context.source.host;
  if (by === 'qemu' && (libvirtVersion < LIBVIRT_ASKS_FROM || hypervisorVersion < QEMU_ANSWERS_FROM))
    return false;
  return (await askSource(context)).kind === 'agrees';
}
