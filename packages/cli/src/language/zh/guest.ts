import type { Text } from './text.ts';

/** The guest: its devices, its CPU, what its source refuses, whether it could come back. */
export const guest: Readonly<Record<string, Text>> = {
  'cpu.default': { message: '{domain} 使用默认 CPU' },
  'cpu.unknown': {
    message: '{there} 无法将自己的 CPU 与 {domain} 的 CPU 作比较',
    remedy: '手动比较两台主机的 CPU：lscpu',
  },
  'cpu.incompatible': {
    message: '{there} 缺少 {domain} 所用的 CPU 特性：{features}',
    remedy: '选择 CPU 相同或更新的目标主机，或给 {domain} 设置 {usable}（virsh edit {domain}）后重启它',
  },
  'cpu.compatible': { message: '{there} 具备 {domain} 所用的 CPU' },
  'passthrough.lacking': {
    message: '{domain} 直通使用 {here} 的 CPU（{mode}），而 {there} 的 CPU 较弱',
    remedy: '给 {domain} 设置两台主机都支持的 CPU 型号（virsh edit {domain}）后重启它',
  },
  'passthrough.richer': {
    message: '{domain} 直通使用 {here} 的 CPU（{mode}）；{there} 的 CPU 更强，在那里重启后可能无法迁回',
    remedy: '给 {domain} 设置两台主机都支持的 CPU 型号（virsh edit {domain}）后重启它',
  },
  'passthrough.unknown': {
    message: '{domain} 直通使用 {here} 的 CPU（{mode}），无法与 {there} 的 CPU 作比较',
    remedy: '手动比较两台主机的 CPU、微码和内核：lscpu，uname -r',
  },
  'passthrough.unmovable': {
    message: '{domain} 还使用 {here} 的 CPU 中不可迁移的部分（migratable 已关闭）',
    remedy: "在 <cpu> 中设置 migratable='on'（virsh edit {domain}）后重启它",
  },
  'passthrough.same': {
    message:
      '{domain} 直通使用 {here} 的 CPU（{mode}）；libvirt 认为 {there} 的 CPU 相同，但看不到微码和内核',
  },
  'source.refuses': {
    message: '{here} 拒绝迁出 {domain}：{reason}',
    remedy: '若没有其他结果说明办法，去掉它所指的部分：virsh edit {domain}，然后关机再启动',
  },
  'source.silent': {
    message: '{here} 没有回答是否允许迁出 {domain}',
    remedy: '查看 {domain} 是否被占用：virsh domcontrol {domain}',
  },
  'source.agrees': { message: '{here} 允许迁出 {domain}' },
  'snapshots.present': {
    message: '{domain} 有 {count} 个快照，{here} 上的 libvirt 不迁移有快照的虚拟机',
    remedy:
      'virsh snapshot-list {domain}，再逐个执行：virsh snapshot-delete {domain} NAME（加 --metadata 则镜像中保留快照）',
  },
  'block-jobs.active': {
    message: '{here} 上 {domain} 的磁盘 {disk} 正在执行块任务（{kind}）',
    remedy: '请等待，或结束它：virsh blockjob {domain} {disk} --abort',
  },
  'io-error.stopped': {
    message: '{domain} 因存储错误在 {here} 上停住，迁移后仍停住',
    remedy: '查看是哪块磁盘（virsh domblkerror {domain}），修复后继续：virsh resume {domain}',
  },
  'host-devices.bound': {
    message: '{domain} 使用 {here} 的 {device}，无法迁移',
    remedy: '先卸下它：virsh detach-device {domain} DEVICE.xml --live',
  },
  'host-devices.needed-there': {
    message: '{domain} 使用 {here} 的 {device}，{there} 必须在同一地址上有相同的设备',
    remedy: '在 {there} 上查看：virsh nodedev-list；或卸下它：virsh detach-device {domain} DEVICE.xml --live',
  },
  'host-devices.left-behind': {
    message: '{domain} 会在使用中失去 {here} 的 {device}，并在 {there} 上得到一个新的',
    remedy: '先卸下它：virsh detach-device {domain} DEVICE.xml --live',
  },
  'host-devices.fails-over': { message: 'QEMU 在迁移前会拔出 {domain} 的 {device}，客户机须改用另一块网卡' },
  'emulated-devices.unmovable': {
    message: '{domain} 带有 {device}，{here} 上的 QEMU 无法迁移它',
    remedy: '去掉它（virsh edit {domain}），关闭 {domain} 后重新启动',
  },
  'disk-kinds.format': {
    message: '{domain} 的磁盘 {disk} 是 {format} 镜像，QEMU 无法迁移',
    remedy:
      '转换为 qcow2：virsh blockcopy {domain} {disk} NEW.qcow2 --format qcow2 --transient-job --wait --pivot',
  },
  'disk-kinds.transient': {
    message: '{domain} 的磁盘 {disk} 是临时盘，客户机写入的内容只在 {here} 上',
    remedy: '去掉 <transient/>（virsh edit {domain}），关闭 {domain} 后重新启动',
  },
  'filesystems.virtiofs': {
    message: '{domain} 通过 virtiofs 使用 {here} 的目录（{target}），无法迁移',
    remedy: '在客户机中卸载 {target} 并卸下它：virsh detach-device {domain} FILESYSTEM.xml --live',
  },
  'filesystems.9p': {
    message: '{domain} 通过 9p 使用 {here} 的目录（{target}），挂载期间无法迁移',
    remedy: '在客户机中卸载：umount -t 9p -a',
  },
  'filesystems.needed-there': {
    message: '{there} 必须有与 {here} 相同的目录供 {domain} 的 {target} 使用，内容也须相同',
    remedy: '把该目录放到两台主机以相同路径挂载的存储上',
  },
  'shared-memory.peer': {
    message: '{domain} 与 {here} 上的其他虚拟机共享内存 {name}，且不是主端',
    remedy: '先卸下它：virsh detach-device {domain} SHMEM.xml --live',
  },
  'shared-memory.master': { message: '{domain} 会带走共享内存 {name}，{here} 上的其他使用者会失去它' },
  'memory-devices.unplaced': {
    message: '{domain} 有一条内存（DIMM），{here} 上的 libvirt 不知道其插槽和地址',
    remedy: '关闭 {domain} 后重新启动，libvirt 会安排好它',
  },
  'tpm.passed-through': {
    message: '{domain} 使用 {here} 的 TPM，其中的密钥无法带走',
    remedy: '给 {domain} 换成模拟的 TPM（virsh edit {domain}），或去掉它',
  },
  'tpm.no-emulator': {
    message: '{there} 没有 {domain} 的 TPM 所需的 {what}',
    remedy: '在 {there} 上安装 swtpm 和 swtpm-tools',
  },
  'tpm.emulated': { message: '{there} 可以模拟 {domain} 的 TPM' },
  'protection.encrypted': {
    message: '{domain} 受 {type} 保护，{here} 无法发送其内存',
    remedy: '关闭 {domain}，在另一台主机上启动',
  },
  'vcpus.too-many': {
    message: '{domain} 有 {vcpus} 个 vCPU，而 {there} 的 {machine} 机器最多支持 {most} 个',
    remedy: '选择其他目标主机，或减少 vCPU：virsh setvcpus {domain} {most} --config --maximum',
  },
  'vcpus.crowded': {
    message: '{domain} 有 {vcpus} 个 vCPU，而 {there} 只有 {cpus} 个 CPU',
    remedy: '选择 CPU 更多的目标主机',
  },
  'vcpus.enough': { message: '{there} 可以提供 {domain} 的 {vcpus} 个 vCPU' },
  'time-stamp-counter.unfixed': {
    message: '{domain} 使用 CPU 特性 invtsc，但没有固定时间戳计数器的频率',
    remedy:
      "virsh edit {domain}：从 <cpu> 去掉 invtsc，或在 <clock> 中加入 <timer name='tsc' frequency='HZ'/>；然后重启",
  },
  'return.ht-there': {
    message:
      '{domain} 的一个插槽有多个 vCPU，QEMU 10 会上报而旧版本不会；{there} 上的 libvirt 会当作另一种 CPU，除非发行版已修复',
    remedy:
      '给每个 vCPU 一个插槽（virsh edit {domain} 中的 <topology>）后重启 {domain}，或把两台主机升级到 libvirt 11.10.0 和 QEMU 10.0.0 以上',
  },
  'return.ht-back': {
    message:
      '{domain} 的一个插槽有多个 vCPU，QEMU 10 会上报而旧版本不会；迁回时 {here} 上的 libvirt 会当作另一种 CPU',
    remedy:
      '给每个 vCPU 一个插槽（virsh edit {domain} 中的 <topology>）后重启 {domain}，或把两台主机升级到 libvirt 11.10.0 和 QEMU 10.0.0 以上',
  },
  'return.backwards': { message: '{there} 比 {here} 旧；libvirt 只保证从旧版本迁到新版本' },
  'return.back-is-backwards': {
    message: '{there} 比 {here} 新；libvirt 只保证从旧版本迁到新版本，所以不保证能迁回',
  },
  'return.possible': { message: '{domain} 可以从 {there} 迁回 {here}' },
  'source.libvirt-agrees': { message: '{here} 上的 libvirt 允许迁出 {domain}，但版本太旧，无法询问 QEMU' },
  'vhost-user.unasked': {
    message: '{domain} 的 {what} 由 {here} 上的另一个进程提供，它可能不支持迁移',
    remedy: '确认它支持 VHOST_USER_PROTOCOL_F_LOG_SHMFD，并在 {there} 上运行',
  },
  'vhost-user.needed-there': {
    message: '{domain} 的 {what} 由 {here} 上的另一个进程提供，{there} 上也必须有一个',
    remedy: '在 {there} 上启动它，使其提供 {path}',
  },
  'return.pcie-there': {
    message:
      '{here} 上的 QEMU 8.0.0 会发送 {domain} 的一个 PCI Express 寄存器，{there} 上的旧版本不接受，除非发行版已修复',
    remedy: '选择 QEMU 8.0.0 以上的目标主机，或升级 {here} 的 QEMU 并重启 {domain}',
  },
  'return.pcie-back': {
    message:
      '{domain} 到 {there} 后，那里的 QEMU 8.0.0 会发送一个 PCI Express 寄存器，{here} 上的旧版本不接受，除非发行版已修复',
    remedy: '先把 {there} 的 QEMU 升级到 8.0.1 以上',
  },
};
