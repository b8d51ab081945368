import { ErrorNumber, isRemote } from '@virt-ferry/libvirt';
import type { CheckReport, Domain } from '../model.ts';
import type { Story } from './story.ts';

/**
 * Begins a move. libvirt refuses one whose disks lie on a file system that it doesn't know as shared, whatever is in
 * fact there. Where preflight has proven for every disk that both hosts see the same bytes, or it is copied, and the
 * cache can't come in between, libvirt is told to go on all the same: for that reason alone, in the journal and said
 * to the user.
 */
export async function beginSafely<T>(
  begin: (unsafe: boolean) => Promise<T>,
  report: CheckReport,
  domain: Domain,
  story: Story,
): Promise<T> {
  try {
    return await begin(false);
  } catch (error) {
    if (!isRemote(error, ErrorNumber.migrateUnsafe) || !provenShared(report, domain)) throw error;
    await story.note('unsafe', { refusal: error.message });
    await story.notice(
      'libvirt does not know the file system of the disks as shared and refused; Ferry has proven that both hosts see ' +
        'the same bytes, and passes its UNSAFE flag for that reason alone',
    );
    return begin(true);
  }
}

/**
 * QEMU since 4.0 drops its caches of a raw or qcow2 image on Linux when it hands it over (`drop-cache`, on by default
 * in qapi/block-core.json), which libvirt counts as safe since 5.7. Without that, only a disk that bypasses the host's
 * cache is.
 */
function provenShared(report: CheckReport, domain: Domain): boolean {
  const storage = report.findings.filter(({ subject }) => subject === 'storage');
  const proven =
    storage.length > 0 && storage.every(({ severity }) => severity === 'pass' || severity === 'notice');
  return (
    proven && domain.disks.every(({ format, readOnly }) => readOnly || format === 'raw' || format === 'qcow2')
  );
}
