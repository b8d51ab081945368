import { open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { captureInHost } from '@virt-ferry/lab';
import { type BoundedDirectory, boundDirectory } from '@virt-ferry/lab/faults';
import type { Setting } from '../stage.ts';
import { type Fault, nothing } from './fault.ts';

const HOUR_MS = 3_600_000;
/** Room for the guest's disk, until it is filled. */
const SMALL_DISK_BYTES = 96 * 1024 ** 2;
/** The destination's small disk of the round that is under way. */
let smallDisk: BoundedDirectory | null = null;

function jump(name: string, text: string, byMs: number): Fault {
  return {
    name,
    text,
    lasts: 'at-once',
    inject: async ({ mover }) => {
      mover.jump(byMs);
      return nothing;
    },
  };
}

/** What can happen to disks and to Ferry's clock. */
export const diskAndClockFaults: readonly Fault[] = [
  {
    name: 'journal-full',
    text: 'the disk of the journal is full to the end of the move',
    lasts: 'until-ended',
    inject: fillStateDisk,
  },
  {
    name: 'journal-room-gone',
    text: 'the disk of the journal is full, and the room that Ferry had set aside is gone',
    lasts: 'a-while',
    inject: async (scene) => {
      await rm(`${scene.stage.journalPath}-room`, { force: true });
      return fillStateDisk(scene);
    },
  },
  {
    name: 'destination-disk-full',
    text: "the destination's disk has no room for what is copied",
    lasts: 'until-ended',
    fits: ({ way }) => way.disk === 'local',
    setUp: async ({ stage, guest, to }) => {
      const disk = await boundDirectory(stage.lab, to, dirname(guest.diskPath ?? ''), SMALL_DISK_BYTES);
      smallDisk = disk;
      return disk.undo;
    },
    inject: async ({ stage, guest, to }) => {
      await smallDisk?.fill();
      return async () => {
        await smallDisk?.empty();
        // QEMU stops a guest that can't write, and the operator lets it go on.
        const virsh = (...words: string[]) => captureInHost(stage.lab, to, ['virsh', ...words]);
        const { stdout } = await virsh('qemu-monitor-command', guest.name, '{"execute":"query-status"}');
        if (stdout.includes('"io-error"')) await virsh('resume', guest.name);
      };
    },
  },
  jump('clock-forward', "Ferry's clock jumps an hour ahead", HOUR_MS),
  jump('clock-back', "Ferry's clock jumps an hour back", -HOUR_MS),
];

/** Fills the disk that the journal is on. */
async function fillStateDisk({ stage }: Pick<Setting, 'stage'>): Promise<() => Promise<void>> {
  const filler = join(stage.state, 'filler');
  await fill(filler);
  return () => rm(filler, { force: true });
}

/** Until not a byte fits. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (const bytes of [65_536, 4096, 1]) {
      const chunk = Buffer.alloc(bytes, 1);
      for (;;) {
        try {
          await file.appendFile(chunk);
        } catch {
          break;
        }
      }
    }
  } finally {
    await file.close();
  }
}
