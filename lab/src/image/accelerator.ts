import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tryRun } from '../program.ts';
import { cacheRoot } from '../topology/names.ts';

/** A kernel that boots under KVM does so in about a second. */
const PROBE_S = 5;

/** What runs guests here: KVM where a guest really boots under it, TCG elsewhere. Tried once for each boot. */
export async function accelerator(image: string): Promise<'kvm' | 'qemu'> {
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const cached = join(cacheRoot(), 'accelerator');
  const [known, kind] = (await readFile(cached, 'utf8').catch(() => '')).trim().split(' ');
  if (known === boot && (kind === 'kvm' || kind === 'qemu')) return kind;
  const found = (await bootsUnderKvm(image)) ? 'kvm' : 'qemu';
  await mkdir(cacheRoot(), { recursive: true });
  await writeFile(cached, `${boot} ${found}\n`);
  return found;
}

/** A /dev/kvm that can be opened proves little: some answer and boot no ordinary kernel. So boot one. */
async function bootsUnderKvm(image: string): Promise<boolean> {
  const device = await open('/dev/kvm', 'r+').catch(() => null);
  if (!device) return false;
  await device.close();
  const machine = [
    '-machine',
    'q35,accel=kvm',
    '-m',
    '256',
    '-nodefaults',
    '-display',
    'none',
    '-serial',
    'stdio',
    '-no-reboot',
  ];
  const kernel = [
    '-kernel',
    join(image, 'vmlinuz'),
    '-initrd',
    join(image, 'initrd'),
    '-append',
    'console=ttyS0 PROBE=1',
  ];
  const { stdout } = await tryRun('timeout', [String(PROBE_S), 'qemu-system-x86_64', ...machine, ...kernel]);
  return stdout.includes('ferry: booted');
}
