import {
  type Connection,
  type DomainRef,
  DomainState,
  ErrorNumber,
  isRemote,
  MigrateFlag,
  PausedReason,
  param,
  UndefineFlag,
} from '@virt-ferry/libvirt';
import { EngineError } from '../errors.ts';
import { setSpeed } from '../migrate/speed.ts';
import { removeCreated } from '../storage/created.ts';
import { follow } from './follow.ts';
import type { MoveRecord } from './record.ts';
import { resumePostCopy } from './resume-post-copy.ts';
import type { Scene } from './scene.ts';
import type { Site } from './site.ts';
import type { Step } from './step.ts';

const NO_COOKIE = new Uint8Array(0);
const WAIT_MS = 100;

/** Takes one step, journaled before and after. Throws what the host answers; whoever asked looks again and decides. */
export async function take(step: Step, record: MoveRecord, scene: Scene): Promise<void> {
  const { source, destination, story, env, signal, domain } = scene;
  const act = (decisive: boolean, work: () => Promise<unknown>) => {
    const created = 'created' in step ? { created: step.created } : {};
    return story.act(step.name, { reason: step.reason, ...created }, work, { decisive });
  };
  switch (step.name) {
    case 'done':
    case 'hold':
      return;
    case 'wait':
      await env.delay(WAIT_MS, signal);
      return;
    case 'follow':
      await follow(scene, record);
      return;
    case 'abort-job':
      await act(false, () => on(source, (connection, dom) => connection.domainAbortJob({ dom })));
      await env.delay(WAIT_MS, signal);
      return;
    case 'cancel-destination':
      await act(false, () => on(destination, destroy));
      return;
    case 'destroy-source':
      await act(true, () => on(source, destroy));
      return;
    case 'resume-source':
      await act(step.decisive, () => on(source, (connection, dom) => giveBack(connection, dom, record)));
      return;
    case 'suspend-source':
      await act(false, () => on(source, (connection, dom) => connection.domainSuspend({ dom })));
      return;
    case 'finish':
      await act(true, async () => {
        const { connection } = await destination.reach();
        const flags = parametersOf(record).destinationFlags;
        const params = [param.string('destination_name', domain.name)];
        // libvirt goes on with it also when nobody waits any more: then both hosts are looked at.
        await connection.domainMigrateFinish3Params(
          { params, cookie: NO_COOKIE, flags, cancelled: false },
          { deadlineMs: env.answerMs },
        );
      });
      return;
    case 'commit':
      // From here on the destination owns the guest.
      await act(true, () =>
        on(destination, async (connection, dom) => {
          if (!record.wasPaused) await connection.domainResume({ dom });
        }),
      );
      return;
    case 'release-source':
      await act(false, () => on(source, (connection, dom) => letGo(connection, dom, record)));
      return;
    case 'resume-post-copy':
      await act(false, () => resumePostCopy(parametersOf(record), scene));
      return;
    case 'undefine-destination':
      await act(false, () => on(destination, undefine));
      return;
    case 'undefine-source':
      await act(false, () => on(source, undefine));
      return;
    case 'set-autostart':
      await act(false, () =>
        on(destination, (connection, dom) => connection.domainSetAutostart({ dom, autostart: true })),
      );
      return;
    case 'restore-definition':
      await act(false, async () => {
        const { connection } = await destination.reach();
        if (record.definedThere !== null) await connection.domainDefineXml({ xml: record.definedThere });
      });
      return;
    case 'restore-downtime':
      await act(false, () =>
        on(source, (connection, dom) =>
          connection.domainMigrateSetMaxDowntime({
            dom,
            downtimeMs: BigInt(record.downtimeBeforeMs ?? 0),
            flags: 0,
          }),
        ),
      );
      return;
    case 'restore-speed':
      await act(false, () =>
        on(source, async (connection, dom) => {
          if (record.speedBefore !== null) await setSpeed(connection, dom, record.speedBefore);
        }),
      );
      return;
    case 'remove-volume':
    case 'remove-pool':
      await act(false, async () => removeCreated(step.created, (await destination.reach()).connection));
      return;
    default:
      return step satisfies never;
  }
}

/** Does something to the domain on a host. That it is gone meanwhile is no error: the next look shows it. */
async function on(
  site: Site,
  work: (connection: Connection, dom: DomainRef) => Promise<unknown>,
): Promise<void> {
  const { connection, dom } = await site.reach();
  if (dom) await work(connection, dom);
}

async function destroy(connection: Connection, dom: DomainRef): Promise<void> {
  await connection.domainDestroyFlags({ dom, flags: 0 });
}

async function undefine(connection: Connection, dom: DomainRef): Promise<void> {
  // Firmware variables are the guest's data.
  await connection.domainUndefineFlags({ dom, flags: UndefineFlag.keepNvram });
}

/**
 * Tells the source that the move is over, which resumes the guest if a job is still there, and resumes a guest that
 * stands still without one. Whether it may run is decided before; QEMU itself asks for the locks of its images again.
 */
async function giveBack(connection: Connection, dom: DomainRef, record: MoveRecord): Promise<void> {
  const confirm = { dom, params: [], cookie: NO_COOKIE, flags: parametersOf(record).sourceFlags };
  await connection.domainMigrateConfirm3Params({ ...confirm, cancelled: true }).catch((error: unknown) => {
    // There is no job to end.
    if (!isRemote(error)) throw error;
  });
  const { state, reason } = await connection.domainGetState({ dom, flags: 0 });
  const stands = reason === PausedReason.migration || record.choice === 'source';
  if (state === DomainState.paused && stands && !record.wasPaused) await connection.domainResume({ dom });
}

/**
 * The source lets the guest go. Where its job is gone, a new one is begun only to be confirmed: a plain Destroy would
 * give the images back to root on shared storage, under the running guest, since libvirt keeps its hands off them only
 * for a domain that stops as migrated (qemu_process.c, VIR_QEMU_PROCESS_STOP_MIGRATED).
 */
async function letGo(connection: Connection, dom: DomainRef, record: MoveRecord): Promise<void> {
  const { sourceFlags } = parametersOf(record);
  const kept =
    sourceFlags &
    (MigrateFlag.undefineSource | MigrateFlag.persistDest | MigrateFlag.postCopy | MigrateFlag.tls);
  const flags = kept | MigrateFlag.live | MigrateFlag.changeProtection | MigrateFlag.unsafe;
  const confirm = () =>
    connection.domainMigrateConfirm3Params({ dom, params: [], cookie: NO_COOKIE, flags, cancelled: false });
  try {
    await confirm();
  } catch (error) {
    if (!isRemote(error, ErrorNumber.operationInvalid)) throw error;
    await connection.domainMigrateBegin3Params({ dom, params: [], flags: flags & ~MigrateFlag.postCopy });
    await confirm();
  }
}

function parametersOf({ parameters }: MoveRecord) {
  if (parameters !== null) return parameters;
  throw new EngineError('journal', 'the journal holds no parameters of this move');
}
