import { fill } from '../preflight/fill.ts';
import type { ShareProblem, Step, StepId } from './model.ts';

/** What each step makes so, and why; what stands in braces is filled in. Other languages say it by the same id. */
export const stepTexts: Readonly<Record<StepId, string>> = {
  packages: '{packages} installed',
  directory: 'directory {path}',
  owner: '{path} belongs to {owner}, as whom QEMU runs',
  'shared-filesystem': 'libvirt knows that {path} is shared, and leaves the images to QEMU after a move',
  reread: 'libvirt has read that',
  ports: 'fixed ports for the services of NFS 3, so that a firewall can let them through',
  'exports-directory': 'directory {path}, where exports have files of their own',
  export: '{path} exported to {address} alone ({options})',
  service: '{service} runs, and starts with the host',
  firewalld: 'firewalld lets {address} reach port {port}',
  ufw: 'ufw lets {address} reach port {port}',
  nft: 'nftables lets {address} reach port {port}',
  iptables: 'iptables lets {address} reach port {port}',
  'firewall-file': 'a unit that says so again whenever {service} has started',
  'firewall-unit': '{unit} starts after {service}',
  selinux: 'SELinux lets QEMU use NFS (virt_use_nfs)',
  'mount-point': 'directory {path}',
  pool: 'libvirt pool {pool} mounts {source} at {mount}, also after a restart',
  'mount-file': 'unit {unit} for {source} at {mount}',
  'mount-unit': '{unit} mounts, also after a restart',
  fstab: 'a line in /etc/fstab for {source} at {mount}',
  mounted: '{source} mounted at {mount}',
  adopted: '{disk} of {domain} copied to {to}, which it now uses instead of {from}',
};

interface ProblemText {
  readonly severity: ShareProblem['severity'];
  readonly message: string;
  readonly remedy?: string;
}

/** Why nothing is done, and what `ferry share status` can say. */
export const problemTexts = {
  'not-root': {
    severity: 'blocker',
    message: 'Ferry is not root on {host}',
    remedy: 'log in as root: ferry hosts add NAME URI --ssh root@HOST',
  },
  'no-systemd': { severity: 'blocker', message: '{host} has no systemd, so its services are not touched' },
  'unknown-distribution': {
    severity: 'blocker',
    message: '{host} lacks packages for NFS, and its distribution ({os}) is not known',
    remedy: 'install an NFS server or client there by hand, then say the same again',
  },
  'no-address': {
    severity: 'blocker',
    message: "{host}'s URI has no address by which others could reach it",
    remedy: 'say which: --address ADDRESS',
  },
  'same-host': {
    severity: 'blocker',
    message: '{host} and {other} are the same machine',
    remedy: 'leave one of them out: the server sees the directory as it is',
  },
  'path-link': {
    severity: 'blocker',
    message: '{path} on {host} is a symbolic link, or is below one',
    remedy: 'name the directory itself',
  },
  'path-not-directory': { severity: 'blocker', message: '{path} on {host} is not a directory' },
  'path-filesystem': {
    severity: 'blocker',
    message: '{path} on {host} is in a file system that cannot be shared well ({type})',
    remedy: 'share a directory of a disk of that host',
  },
  'path-mounted': {
    severity: 'blocker',
    message: '{path} on {host} is where {source} is mounted ({type})',
    remedy: 'mount elsewhere: --mount DIRECTORY',
  },
  'path-in-fstab': {
    severity: 'blocker',
    message: '/etc/fstab on {host} mounts {source} at {path}',
    remedy: 'mount elsewhere: --mount DIRECTORY',
  },
  'mount-not-empty': {
    severity: 'blocker',
    message: '{path} on {host} is not empty, and what is in it would be hidden',
    remedy: 'mount elsewhere: --mount DIRECTORY',
  },
  'mount-not-ours': {
    severity: 'warning',
    message: '{source} is mounted at {path} on {host} already, and not by Ferry; it is left as it is',
  },
  'exported-otherwise': {
    severity: 'blocker',
    message: '{file} on {host} exports {path} already, to {to}',
    remedy: 'remove it from that file, or share another directory',
  },
  'owner-taken-back': {
    severity: 'warning',
    message:
      'libvirt on {host} does not know that {path} is shared, and gives an image back to its former owner once its VM has moved away; if that is not {owner}, the VM can no longer write',
    remedy: 'on {host}, before a VM is started: chown {owner} each of its images',
  },
  'owner-taken-back-set': {
    severity: 'warning',
    message:
      'libvirt on {host} does not know that {path} is shared: shared_filesystems in its qemu.conf has other directories; it gives an image back to its former owner once its VM has moved away',
    remedy:
      'on {host}: add "{path}" to shared_filesystems in /etc/libvirt/qemu.conf, systemctl restart libvirtd',
  },
  'firewall-nobody': {
    severity: 'blocker',
    message: 'the firewall of {host} is closed ({rules}), and no service that Ferry knows manages it',
    remedy: 'open TCP port 2049 there for {addresses} yourself, then say: --firewall keep',
  },
  'no-libvirt': {
    severity: 'blocker',
    message: '{host} has no libvirtd to mount it',
    remedy: 'mount otherwise: --mount-with systemd',
  },
  unresolved: {
    severity: 'blocker',
    message: '{host} does not know the name {address}',
    remedy: 'say an address: --address ADDRESS',
  },
  unreachable: {
    severity: 'blocker',
    message: '{host} has no way to {address}',
    remedy: 'say an address of the server that it can reach: --address ADDRESS',
  },
  filtered: {
    severity: 'blocker',
    message: '{host} gets no answer from {address}, port 2049, and nothing on {server} keeps it out',
    remedy: 'look at the network between them, or open its firewall for {source}',
  },
  'no-answer': { severity: 'blocker', message: '{host} does not answer: {why}' },
  'not-so': {
    severity: 'blocker',
    message: 'on {host}, this is not so: {what}',
    remedy: 'ferry share create makes it so again',
  },
  'all-so': { severity: 'pass', message: 'on {host}, all {count} things are as they were made' },
  'reach-open': { severity: 'pass', message: '{host} reaches {address}, port 2049' },
  'reach-closed': {
    severity: 'blocker',
    message: '{host} does not reach {address}, port 2049 ({reach})',
    remedy: 'is nfs-server up there, and does a firewall between them let it through?',
  },
  'rpc-open': { severity: 'pass', message: "{address}'s rpcbind tells {host} where NFS is" },
  'rpc-closed': {
    severity: 'blocker',
    message: "{address}'s rpcbind does not tell {host} where NFS is, which version 3 needs",
    remedy: 'is rpcbind up there, and port 111 open?',
  },
  crossing: { severity: 'pass', message: 'what {from} writes, {host} reads after {ms} ms' },
  'crossing-late': {
    severity: 'warning',
    message: 'what {from} writes, {host} reads only after {ms} ms',
    remedy: 'look at the load of the server and of the network between them',
  },
  'crossing-failed': {
    severity: 'blocker',
    message: '{why}',
    remedy: 'is it mounted, and does the directory belong to the user to whom root is squashed?',
  },
  'owner-same': { severity: 'pass', message: 'what {host} writes belongs to {owner}, as the directory does' },
  'owner-other': {
    severity: 'warning',
    message: 'what {host} writes belongs to {owner}, the directory to {directory}',
    remedy: 'is it exported with anonuid and anongid of the directory?',
  },
  'root-not-squashed': {
    severity: 'warning',
    message: 'root of {host} is root on the share',
    remedy: 'export it with root_squash',
  },
  space: { severity: 'pass', message: '{host} sees {free} GiB free of {total}' },
  'space-low': {
    severity: 'warning',
    message: '{host} sees only {free} GiB free of {total}',
    remedy: 'a guest stops when it cannot write: make room',
  },
  latency: { severity: 'pass', message: 'a synced write of {host} takes {ms} ms' },
  'latency-high': {
    severity: 'warning',
    message: 'a synced write of {host} takes {ms} ms: guests will feel it',
    remedy: "look at the server's disks: each such write waits for them",
  },
  lock: { severity: 'pass', message: 'a lock that {from} holds keeps {host} out' },
  'lock-open': {
    severity: 'blocker',
    message: 'a lock that {from} holds does not keep {host} out: two QEMUs could open one image',
    remedy: 'mount without nolock and local_lock',
  },
  'lock-none': {
    severity: 'warning',
    message: 'on {host}, locks could not be tried ({why})',
    remedy: 'with version 3, rpc.statd must run on both sides; to try them, python3 must be there',
  },
  'storage-nfs': { severity: 'pass', message: '{host} has {source} at {at} by NFS; Ferry did not make that' },
  'storage-cluster': {
    severity: 'pass',
    message: '{host} has {source} at {at}, a file system for many hosts ({type})',
  },
  'storage-iscsi': {
    severity: 'pass',
    message: '{host} is logged in at {source} by iSCSI; the other host of a move must be, too',
  },
  'storage-rbd': {
    severity: 'pass',
    message: '{host} has {source} of Ceph mapped; the other host of a move must have it mapped, too',
  },
  'storage-fc': {
    severity: 'pass',
    message: '{host} has {source} for Fibre Channel; the other host of a move must see the same device',
  },
  'in-use': {
    severity: 'blocker',
    message: '{domain} on {host} uses {path}',
    remedy: 'move it elsewhere, or undefine it, first',
  },
  'adopt-not-running': {
    severity: 'blocker',
    message: '{domain} on {host} is {state}, and only a running VM has its disks copied this way',
    remedy: 'copy its images with qemu-img, and name them in its definition: virsh edit {domain}',
  },
  'adopt-device': {
    severity: 'warning',
    message: 'disk {disk} of {domain} is a block device, and stays where it is',
  },
  'adopt-shareable': {
    severity: 'blocker',
    message: 'disk {disk} of {domain} is written to by others too, which would go on with the old one',
  },
  'adopt-format': {
    severity: 'blocker',
    message:
      'disk {disk} of {domain} has format {format}, and only raw and qcow2 are copied while they are written to',
  },
  'adopt-in-the-way': {
    severity: 'blocker',
    message: 'disk {disk} of {domain} would become {to} on {host}, which is there already',
    remedy: 'look at it, and move it away if nobody needs it',
  },
  'adopt-no-room': {
    severity: 'blocker',
    message: '{directory} on {host} has {free} GiB free, and the disks of {domain} may take {wanted} GiB',
    remedy: 'make room there',
  },
  'root-owner': {
    severity: 'warning',
    message:
      'QEMU runs as root on {host}; its files on the share belong to {uid}:{gid}, since root is squashed',
  },
} as const satisfies Readonly<Record<string, ProblemText>>;

export type ProblemId = keyof typeof problemTexts;

export function problem(
  id: ProblemId,
  host: string,
  values: Readonly<Record<string, string>> = {},
): ShareProblem {
  const { severity, message, remedy }: ProblemText = problemTexts[id];
  const all = { ...values, host };
  return {
    ...{ id, host, severity, values: all },
    message: fill(message, all),
    remedy: remedy === undefined ? null : fill(remedy, all),
  };
}

export function stepText({ id, values }: Pick<Step, 'id' | 'values'>): string {
  return fill(stepTexts[id], values);
}
