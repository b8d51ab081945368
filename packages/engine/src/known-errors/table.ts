import type { KnownError } from './known-error.ts';

/**
 * Errors that people meet when they move guests. The words are libvirt's (file in its source) or QEMU's, which libvirt
 * passes on after "process exited while connecting to monitor" or "migration failed". The first that fits counts.
 */
export const knownErrors: readonly KnownError[] = [
  {
    // qemu_migration.c, qemuMigrationSrcIsSafe
    id: 'no-shared-storage',
    pattern: /Migration without shared storage is unsafe/,
    means: 'libvirt does not know the file system of a disk as shared',
    remedy:
      'copy the disk along with --copy-storage all, or put it on NFS or another file system that libvirt knows',
  },
  {
    id: 'unsafe-cache',
    pattern: /may lead to data corruption if disks use cache/,
    means: 'this libvirt or QEMU is too old to move disks with that cache mode safely',
    remedy: "set cache='none' on the disk and restart the guest, or update QEMU to 4.0 and libvirt to 5.7",
  },
  {
    // qemu_migration_cookie.c
    id: 'same-host',
    pattern: /Attempt to migrate guest to the same host (?<uuid>\S+)/,
    means: 'both hosts have the host UUID {uuid}, or it is one host under two names',
    remedy: 'give each host a host_uuid of its own in libvirtd.conf (uuidgen makes one) and restart libvirtd',
  },
  {
    // virdomainobjlist.c
    id: 'exists-already',
    pattern:
      /domain '(?<domain>[^']+)' (already exists with uuid|is already (defined|active)|already exists)/,
    means: 'the destination has a domain {domain} already',
    remedy: 'see both with: ferry list; rename or undefine the one that is not wanted',
  },
  {
    // virnetdev.c
    id: 'no-bridge',
    pattern: /Cannot get interface MTU on '(?<bridge>[^']*)'/,
    means: 'the destination has no bridge {bridge}',
    remedy: 'make the bridge {bridge} there, or connect the guest to one that both hosts have',
  },
  {
    // bridge_driver.c
    id: 'network-inactive',
    pattern: /network '(?<network>[^']+)' is not active/,
    means: 'the libvirt network {network} is not started on the destination',
    remedy: 'start it there: virsh net-start {network}',
  },
  {
    id: 'no-network',
    pattern: /no network with matching name '(?<network>[^']+)'/,
    means: 'the destination has no libvirt network {network}',
    remedy: 'define and start it there: virsh net-dumpxml {network} on the source gives its XML',
  },
  {
    // storage_source.c
    id: 'no-file',
    pattern: /Cannot access (storage|backing) file '(?<path>[^']+)'.*: No such file/,
    means: 'the destination does not have {path}',
    remedy: 'mount or copy it there; an ISO that is not needed can be ejected',
  },
  {
    id: 'no-file-access',
    pattern: /Cannot access (storage|backing) file '(?<path>[^']+)'.*: Permission denied/,
    means: "the destination's QEMU may not read {path}",
    remedy:
      'compare owner and mode on both hosts: ls -ln {path}; on NFS the user of QEMU needs the same number on both',
  },
  {
    id: 'disk-locked',
    pattern: /Failed to get "(?<lock>[^"]+)" lock/,
    means: 'another QEMU has the disk open',
    remedy: 'find it with: ferry list, on all hosts that see the disk; never take the lock by force',
  },
  {
    id: 'disk-full',
    pattern: /No space left on device/,
    means: 'a disk of the host is full',
    remedy: 'make room there: df -h',
  },
  {
    // cpu_x86.c
    id: 'cpu-features',
    pattern:
      /(missing features|does not provide required features|missing features):? (?<features>[\w.,\- ]+)/,
    means: 'the destination cannot give the guest these CPU features: {features}',
    remedy:
      'choose a destination with a CPU as new, or give the guest a CPU model that both have and restart it',
  },
  {
    // qemu_validate.c
    id: 'machine-type',
    pattern: /does not support machine type '(?<machine>[^']+)'/,
    means: "the destination's QEMU does not know the machine type {machine}",
    remedy: 'update QEMU there, or choose another destination',
  },
  {
    // qemu_capabilities.c
    id: 'no-kvm',
    pattern:
      /(could not find capabilities for domaintype=kvm|Could not access KVM kernel module|KVM is not available)/,
    means: 'the destination has no KVM',
    remedy: 'switch virtualization on in its firmware and load kvm_intel or kvm_amd: ls -l /dev/kvm',
  },
  {
    id: 'no-memory',
    pattern: /(Cannot set up guest memory|unable to map backing store|cannot allocate memory)/i,
    means: "the destination does not have the guest's memory free",
    remedy: 'free memory, or huge pages where the guest uses them: free -m, grep Huge /proc/meminfo',
  },
  {
    // virportallocator.c
    id: 'no-port',
    pattern: /Unable to find an unused port in range '(?<range>[^']+)'/,
    means: 'all ports of the range {range} are taken on the destination',
    remedy: 'let other moves end first, or widen migration_port_min and migration_port_max in its qemu.conf',
  },
  {
    id: 'unresolved',
    pattern:
      /(unable to resolve|address resolution failed for) '?(?<name>[\w.-]+)'?|(Name or service not known|Temporary failure in name resolution)/,
    means: 'a host name cannot be resolved where it is needed',
    remedy:
      'name the address of the destination in the hosts file (migrationAddress), or mend DNS or /etc/hosts',
  },
  {
    id: 'refused-connection',
    pattern:
      /(unable to connect to|Failed to connect to|connect to) .*(Connection refused|No route to host|Connection timed out|Network is unreachable)/i,
    means: 'the host cannot be reached at that address and port',
    remedy:
      'see that what should answer there runs (ss -tln), and that firewalls on the way let that port through',
  },
  {
    id: 'post-copy-unsupported',
    pattern: /(Postcopy is not supported|userfaultfd not available)/i,
    means: "the destination's QEMU may not use userfaultfd, which post-copy needs",
    remedy: 'sysctl vm.unprivileged_userfaultfd=1 there, or move by pre-copy',
  },
  {
    // qemu_migration.c, qemuMigrationSrcIsAllowed
    id: 'snapshots',
    pattern: /cannot migrate domain with (?<count>\d+) snapshots/,
    means: 'libvirt moves no domain that has snapshots',
    remedy:
      'delete their metadata, or them: virsh snapshot-list DOMAIN, virsh snapshot-delete DOMAIN NAME [--metadata]',
  },
  {
    id: 'busy-domain',
    pattern:
      /cannot acquire state change lock|another migration job is already running|domain has (an )?active block job/,
    means: 'something else is being done to the domain',
    remedy: 'wait for it, or look at it: virsh domjobinfo DOMAIN, ferry status',
  },
  {
    id: 'polkit',
    pattern: /(no polkit agent available|authentication unavailable|access denied).*|Access denied/,
    means: 'this user may not manage domains on that host',
    remedy: 'use a user of the group libvirt there, or give it the right org.libvirt.unix.manage',
  },
  {
    id: 'ssh-host-key',
    pattern: /Host key verification failed/,
    means: "ssh does not know the host's key, or it has changed",
    remedy: 'log in there once by hand: ssh USER@HOST, and compare its fingerprint',
  },
  {
    id: 'ssh-user',
    pattern: /Permission denied \((publickey|password|keyboard)/,
    means: 'ssh was not let in',
    remedy: 'put the public key into ~/.ssh/authorized_keys of that user there: ssh-copy-id USER@HOST',
  },
  {
    // virnettlscontext.c, virnettlscert.c
    id: 'tls-files',
    pattern:
      /Cannot read (CA )?certificate '(?<path>[^']+)'|Unable to locate (CA|server|client) (certificate|key).* '(?<other>[^']+)'/,
    means: 'TLS is wanted, and its certificates are missing on a host',
    remedy: 'put CA and key pair there as libvirt describes: https://libvirt.org/kbase/tlscerts.html',
  },
  {
    // QEMU, crypto/tlscreds.c
    id: 'tls-credentials',
    pattern: /Unable to access credentials (?<path>[^:]+): /,
    means: 'the move is to go by TLS, and QEMU on one of the hosts cannot read {path}',
    remedy: "put it there, for QEMU's user to read; ferry check --tls says what is missing",
  },
  {
    id: 'tls-name',
    pattern: /Certificate.*(owner|does not match the hostname)/,
    means: 'the certificate was not made for the name or address that is used',
    remedy: "make one with that name as subject alternative name, an IP address as 'IP:'",
  },
  {
    id: 'not-migratable',
    pattern: /(State blocked by non-migratable device|Migration is disabled|Migration disabled)/,
    means: 'a device of the guest cannot be moved while it runs',
    remedy: 'detach it first: ferry check names it',
  },
  {
    id: 'other-device-state',
    pattern:
      /(Unknown savevm section|Length mismatch|Missing section footer|error while loading state|load of migration failed|Bad config data)/i,
    means:
      "the destination's QEMU does not understand the state of a device: the versions, or the devices, do not match",
    remedy: 'compare the QEMU versions of both hosts (ferry hosts show HOST); moves go from older to newer',
  },
  {
    id: 'hook',
    pattern: /Hook script execution failed/,
    means: 'a hook script of the destination said no',
    remedy: 'see /etc/libvirt/hooks/qemu there',
  },
  {
    id: 'qemu-died',
    pattern: /process exited while connecting to monitor|qemu unexpectedly closed the monitor/,
    means: 'QEMU ended when it was started or while it ran',
    remedy: 'its last words are in /var/log/libvirt/qemu/DOMAIN.log on that host',
  },
];
