import type { Check } from './check.ts';
import { accessCheck } from './checks/access.ts';
import { allowedPostCopyCheck } from './checks/allowed-post-copy.ts';
import { backingCheck } from './checks/backing.ts';
import { blockJobsCheck } from './checks/block-jobs.ts';
import { bootFilesCheck } from './checks/boot-files.ts';
import { bridgeCheck } from './checks/bridge.ts';
import { changesCheck } from './checks/changes.ts';
import { clockCheck } from './checks/clock.ts';
import { copyCheck } from './checks/copy.ts';
import { cpuCheck } from './checks/cpu.ts';
import { devicesCheck } from './checks/devices.ts';
import { directCheck } from './checks/direct.ts';
import { diskKindsCheck } from './checks/disk-kinds.ts';
import { emulatedDevicesCheck } from './checks/emulated-devices.ts';
import { exposureCheck } from './checks/exposure.ts';
import { filesystemsCheck } from './checks/filesystems.ts';
import { hostDevicesCheck } from './checks/host-devices.ts';
import { hugePagesCheck } from './checks/hugepages.ts';
import { identityCheck } from './checks/identity.ts';
import { ioErrorCheck } from './checks/io-error.ts';
import { locksCheck } from './checks/locks.ts';
import { machineCheck } from './checks/machine.ts';
import { mediaCheck } from './checks/media.ts';
import { memlockCheck } from './checks/memlock.ts';
import { memoryCheck } from './checks/memory.ts';
import { memoryDevicesCheck } from './checks/memory-devices.ts';
import { networkCheck } from './checks/network.ts';
import { passthroughCheck } from './checks/passthrough.ts';
import { peerCheck } from './checks/peer.ts';
import { peerReachCheck } from './checks/peer-reach.ts';
import { permissionCheck } from './checks/permission.ts';
import { placementCheck } from './checks/placement.ts';
import { portsCheck } from './checks/ports.ts';
import { postCopyCheck } from './checks/post-copy.ts';
import { protectionCheck } from './checks/protection.ts';
import { returnCheck } from './checks/return.ts';
import { routeCheck } from './checks/route.ts';
import { secretsCheck } from './checks/secrets.ts';
import { securityCheck } from './checks/security.ts';
import { sharedMemoryCheck } from './checks/shared-memory.ts';
import { shellCheck } from './checks/shell.ts';
import { snapshotsCheck } from './checks/snapshots.ts';
import { sourceCheck } from './checks/source.ts';
import { sshCheck } from './checks/ssh.ts';
import { staleCheck } from './checks/stale.ts';
import { stateCheck } from './checks/state.ts';
import { storageCheck } from './checks/storage.ts';
import { timeStampCounterCheck } from './checks/time-stamp-counter.ts';
import { tlsCheck } from './checks/tls.ts';
import { tpmCheck } from './checks/tpm.ts';
import { unsafeCheck } from './checks/unsafe.ts';
import { userfaultfdCheck } from './checks/userfaultfd.ts';
import { vcpusCheck } from './checks/vcpus.ts';
import { vhostUserCheck } from './checks/vhost-user.ts';
import { volumesCheck } from './checks/volumes.ts';

/** Every check there is, but for the first. A new one is a file in checks/ and a line here. */
export const checks: readonly Check[] = [
  stateCheck,
  identityCheck,
  machineCheck,
  cpuCheck,
  passthroughCheck,
  memoryCheck,
  hugePagesCheck,
  placementCheck,
  securityCheck,
  changesCheck,
  storageCheck,
  staleCheck,
  backingCheck,
  devicesCheck,
  volumesCheck,
  secretsCheck,
  accessCheck,
  unsafeCheck,
  copyCheck,
  mediaCheck,
  bootFilesCheck,
  postCopyCheck,
  allowedPostCopyCheck,
  peerCheck,
  sourceCheck,
  snapshotsCheck,
  blockJobsCheck,
  ioErrorCheck,
  hostDevicesCheck,
  vhostUserCheck,
  emulatedDevicesCheck,
  diskKindsCheck,
  filesystemsCheck,
  sharedMemoryCheck,
  memoryDevicesCheck,
  tpmCheck,
  protectionCheck,
  vcpusCheck,
  timeStampCounterCheck,
  returnCheck,
  permissionCheck,
  shellCheck,
  bridgeCheck,
  networkCheck,
  directCheck,
  routeCheck,
  portsCheck,
  peerReachCheck,
  clockCheck,
  sshCheck,
  userfaultfdCheck,
  tlsCheck,
  memlockCheck,
  locksCheck,
  exposureCheck,
];
