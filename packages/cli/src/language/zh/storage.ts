import type { Text } from './text.ts';

/** Storage and memory: disks, media, firmware. */
export const storage: Readonly<Record<string, Text>> = {
  'memory.short': {
    message: '{there} 的内存不足以运行 {domain}',
    remedy: '在 {there} 上释放内存，或选择其他目标主机',
  },
  'memory.tight': { message: '{domain} 迁入后 {there} 的内存会很紧张', remedy: '先在 {there} 上释放内存' },
  'memory.enough': { message: '{there} 有足够的内存运行 {domain}' },
  'storage.shared': { message: '{directory} 在 {here} 和 {there} 上是同一个目录' },
  'storage.copied': {
    message: '{domain} 的磁盘 {disk} 在 {directory} 中，{there} 与 {here} 不共享该目录，磁盘会被复制',
  },
  'storage.local': {
    message: '{domain} 的磁盘 {disk} 在 {directory} 中，{there} 与 {here} 不共享该目录',
    remedy: '用 --copy-storage auto 一并复制，或放到两台主机都挂载在 {directory} 的存储上',
  },
  'storage.unproven-directory': {
    message: '无法证明 {directory} 在 {here} 和 {there} 上是同一个目录',
    remedy: '在两台主机上查看挂载：findmnt --target {directory}',
  },
  'storage.unproven': {
    message: '无法证明 {there} 能看到 {domain} 的磁盘 {disk}',
    remedy: '在 {there} 上确认同一设备或卷是否存在',
  },
  'storage.network': { message: '{domain} 的磁盘 {disk} 通过网络访问' },
  'storage.empty': { message: '{domain} 的磁盘 {disk} 是空的' },
  'storage.none': { message: '{domain} 没有可写的文件磁盘' },
  'storage.backing-missing': {
    message: '{there} 没有 {path}，而 {domain} 的磁盘 {disk} 以它为基础',
    remedy: '用 --copy-storage auto 让 Ferry 发送它，或把 {path} 放到两台主机都挂载的存储上',
  },
  'storage.backing-differs': {
    message: '{path} 是 {domain} 的磁盘 {disk} 的基础镜像，在 {there} 上却是另一个镜像，会毁掉磁盘',
    remedy: '用 --copy-storage all 把整个磁盘复制成一个镜像，或在 {there} 上：mv {path} {path}.old',
  },
  'storage.backing-unproven': {
    message: '无法证明 {domain} 的磁盘 {disk} 的基础镜像 {path} 在 {there} 上是同一个',
    remedy: '在两台主机上比较：sha256sum {path}',
  },
  'storage.backing-unknown': {
    message: '无法证明 {domain} 的磁盘 {disk} 的基础镜像 {path} 在 {there} 上是同一个，因此不在其上复制',
    remedy: '用 --copy-storage all 把整个磁盘复制成一个镜像',
  },
  'storage.backing-same': {
    message: '{there} 有同样的 {path}，{domain} 的磁盘 {disk} 以它为基础；不会再次发送',
  },
  'storage.backing-sent': {
    message: '{there} 没有 {path}，{domain} 的磁盘 {disk} 以它为基础：会先于磁盘发送',
  },
  'storage.backing-flat': {
    message: '{domain} 的磁盘 {disk} 会复制成一个独立的镜像，因为 {there} 上的 {path} 不是它的基础镜像',
  },
  'changes.unmatched': {
    message: '{domain} 没有使用 {option} {from}={to} 所要更改的任何东西',
    remedy: '查看它使用什么：virsh dumpxml {domain}',
  },
  'changes.no-pool': {
    message: '{there} 没有名为 {pool} 的目录型存储池',
    remedy: '在 {there} 上查看：virsh pool-list --all --details',
  },
  'changes.made': { message: '{domain} 的 {what}：{from} 在 {there} 上改为 {to}' },
  'storage.stale': {
    message: '{domain} 的磁盘 {disk} 在 {here} 的 {path} 中，内容已过时：虚拟机已迁走，并在副本上继续运行',
    remedy: '查看它在哪里运行：ferry list；如果这个磁盘才是对的，请给它改名',
  },
  'storage.kept-definition': {
    message: '{here} 会保留 {domain} 的定义，而它会从过时的磁盘启动',
    remedy: '去掉 --keep-source-definition，或把磁盘放到两台主机都挂载的存储上',
  },
  'copy.no-synchronous-writes': {
    message: '{host} 上的 libvirt {version} 不支持复制磁盘时的同步写入：8.0 起支持',
    remedy: '去掉 --synchronous-writes',
  },
  'copy.encrypted': {
    message: '{domain} 的磁盘 {disk} 是加密的，Ferry 不会在 {there} 上创建加密镜像作为副本',
    remedy: '放到两台主机都挂载的存储上',
  },
  'copy.left-behind': { message: '{domain} 的磁盘 {disk} 在 {there} 上的旧副本 {path} 会被替换' },
  'storage.backing-shared': { message: '{there} 能看到 {domain} 的磁盘 {disk} 的基础镜像 {path}' },
  'storage.device-missing': {
    message: '{there} 没有 {domain} 的磁盘 {disk} 的设备 {path}',
    remedy: '把它接到 {there} 上，或查看它的其他名称：ls -l /dev/disk/by-id',
  },
  'storage.device-differs': {
    message: '{domain} 的磁盘 {disk} 的设备 {path} 在 {there} 上是另一个设备',
    remedy: '给磁盘 {disk} 使用在两台主机上指同一设备的名称，位于 /dev/disk/by-id',
  },
  'storage.device-unproven': {
    message: '无法证明 {domain} 的磁盘 {disk} 的设备 {path} 在 {there} 上是同一个',
    remedy: '在两台主机上比较：lsblk --nodeps --output NAME,SIZE,SERIAL,WWN {path}',
  },
  'storage.device-same': { message: '{domain} 的磁盘 {disk} 的设备 {path} 在 {there} 上是同一个' },
  'storage.no-pool': {
    message: '{there} 没有存储池 {pool}，{domain} 的磁盘 {disk} 在其中',
    remedy: '照 {here} 的样子定义：在 {here} 上 virsh pool-dumpxml {pool}，在 {there} 上 virsh pool-define',
  },
  'storage.pool-inactive': {
    message: '{there} 上的存储池 {pool} 未启动，{domain} 的磁盘 {disk} 在其中',
    remedy: '在 {there} 上启动它：virsh pool-start {pool}',
  },
  'storage.no-volume': {
    message: '{there} 的存储池 {pool} 中没有卷 {volume}，它是 {domain} 的磁盘 {disk}',
    remedy: '若它其实存在，在 {there} 上刷新：virsh pool-refresh {pool}',
  },
  'storage.volume-shared': { message: '{there} 能看到存储池 {pool} 的卷 {volume}' },
  'storage.volume-local': {
    message: '存储池 {pool} 的卷 {volume}（{domain} 的磁盘 {disk}）在 {there} 上是另一个',
    remedy: '使用两台主机共享其存储的存储池',
  },
  'storage.volume-unproven': {
    message: '无法证明存储池 {pool} 的卷 {volume} 在 {here} 和 {there} 上是同一个',
    remedy: '在两台主机上比较：virsh vol-dumpxml {volume} --pool {pool}',
  },
  'secret.missing': {
    message: '{there} 没有 {domain} 的磁盘 {disk} 所需的密钥 {secret}',
    remedy:
      '照 {here} 的样子在 {there} 上定义（virsh secret-dumpxml，secret-define），并在那里赋值：virsh secret-set-value',
  },
  'secret.present': { message: '{there} 有 {domain} 的磁盘所需的密钥' },
  'copy.no-directory': {
    message: '{there} 没有目录 {directory}，而 {domain} 的磁盘要复制到那里',
    remedy: '在 {there} 上创建：mkdir -p {directory}',
  },
  'copy.in-the-way': {
    message: '无法复制 {domain} 的磁盘 {disk}：{there} 上已有文件 {path}',
    remedy: '若无人需要它，在 {there} 上：mv {path} {path}.old',
  },
  'copy.pool-inactive': {
    message: '{there} 上 {directory} 的存储池 {pool} 未启动，无法在其中创建磁盘',
    remedy: '在 {there} 上启动它：virsh pool-start {pool}',
  },
  'copy.full': {
    message: '{there} 的 {directory} 空间不足以存放 {domain} 的磁盘',
    remedy: '在 {there} 上腾出空间：df -h {directory}',
  },
  'copy.tight': {
    message: '{there} 的 {directory} 空间勉强够存放 {domain} 的磁盘',
    remedy: '在 {there} 上腾出空间：df -h {directory}',
  },
  'copy.unseen': {
    message: '无法得知 {there} 的 {directory} 有多少空间可存放 {domain} 的磁盘',
    remedy: '在 {there} 上查看：df -h {directory}',
  },
  'copy.room': { message: '{there} 的 {directory} 有空间存放 {domain} 的磁盘' },
  'media.missing': {
    message: '{there} 没有 {domain} 的驱动器 {disk} 中的 {path}',
    remedy: '在 {here} 上弹出它：virsh change-media {domain} {disk} --eject --live；或复制到 {there}',
  },
  'media.missing-disk': {
    message: '{there} 没有 {domain} 的只读磁盘 {disk} 的文件 {path}',
    remedy: '复制到 {there}：scp {path} {there}:{path}',
  },
  'media.dropped': { message: '{there} 没有 {path}，按启动策略，{domain} 的驱动器 {disk} 在那里会是空的' },
  'media.differs': {
    message: '{domain} 的驱动器 {disk} 中的 {path} 在 {there} 上是另一个文件',
    remedy: '从 {here} 复制到 {there}，或在 {here} 上弹出：virsh change-media {domain} {disk} --eject --live',
  },
  'media.alike': {
    message: '{domain} 的驱动器 {disk} 中的 {path} 在 {there} 上是同样大小的另一份文件；未比较内容',
  },
  'media.unseen': {
    message: '无法得知 {there} 是否有 {domain} 的驱动器 {disk} 中的 {path}',
    remedy: '在 {there} 上查看：ls -l {path}',
  },
  'media.shared': { message: '{there} 能看到 {domain} 的驱动器 {disk} 中的 {path}' },
  'boot.missing': {
    message: '{there} 没有 {path}（{domain} 的 {role}）',
    remedy: '在那里安装同一软件包，或复制：scp {path} {there}:{path}',
  },
  'boot.loader-differs': {
    message: '{domain} 的固件 {path} 在 {there} 上大小不同',
    remedy: '在 {there} 上安装与 {here} 相同版本的固件',
  },
  'boot.differs': {
    message: '{path}（{domain} 的 {role}）在 {there} 上是另一个文件：下次在那里启动会用那一个',
    remedy: '复制它：scp {path} {there}:{path}',
  },
  'boot.no-nvram': {
    message: '{there} 无法创建 {domain} 的 NVRAM {path}：缺少 {lacking}',
    remedy: '在 {there} 上照 {here} 的样子准备好：{lacking}',
  },
  'boot.unseen': {
    message: '无法得知 {there} 是否有 {path}（{domain} 的 {role}）',
    remedy: '在 {there} 上查看：ls -l {path}',
  },
  'boot.present': { message: '{there} 有 {domain} 启动所需的文件' },
  'hugepages.unsupported': {
    message: '{there} 没有 {size} KiB 的内存页，而 {domain} 的内存用的是这种页',
    remedy: '选择处理器支持 {size} KiB 页的目标主机',
  },
  'hugepages.short': {
    message: '{there} 上空闲的 {size} KiB 内存页不够 {domain} 使用',
    remedy:
      '在 {there} 上再预留 {lacking} 个：virsh allocpages --pagesize {size} --pagecount {lacking} --add --all',
  },
  'hugepages.default-short': {
    message: '{domain} 使用默认大小的大页，{there} 上的大页可能不够',
    remedy:
      '在 {there} 上再预留 {lacking} 个：virsh allocpages --pagesize {size} --pagecount {lacking} --add --all',
  },
  'hugepages.unseen': {
    message: '无法得知 {there} 上有多少空闲的 {size} KiB 内存页可供 {domain} 使用',
    remedy: '在 {there} 上查看：virsh freepages --all',
  },
  'hugepages.enough': { message: '{there} 有 {domain} 所需的大页' },
  'placement.no-cpu': {
    message: '{domain} 的 {what} 绑定到 CPU {cpus}，而 {there} 一个也没有',
    remedy: '在 {here} 上改绑到两台主机都有的 CPU：virsh vcpupin 或 emulatorpin {domain}，加 --live',
  },
  'placement.fewer-cpus': {
    message: '{domain} 的 {what} 绑定到 CPU {cpus}，而 {there} 不全有',
    remedy: '在 {here} 上改绑到两台主机都有的 CPU：virsh vcpupin 或 emulatorpin {domain}，加 --live',
  },
  'placement.no-node': {
    message: '{there} 没有 NUMA 节点 {node}，而 {domain} 的内存在其中',
    remedy: '选择有相同 NUMA 节点的目标主机，或去掉 {domain} 的 numatune 后重启它',
  },
  'placement.fits': { message: '{there} 有 {domain} 所绑定的 CPU 和 NUMA 节点' },
  'security.no-model': {
    message: '{there} 不用 {model} 约束虚拟机，而 {domain} 有它的标签',
    remedy:
      '在 {there} 上启用 {model}（/etc/libvirt/qemu.conf 中的 security_driver），或从定义中去掉标签并重启 {domain}：virsh edit {domain}',
  },
  'security.unconfined': { message: '{here} 用 {model} 约束 {domain}，而 {there} 不会' },
  'security.same': { message: '{there} 对虚拟机的约束与 {here} 相同' },
  'access.differs': {
    message: '{domain} 的磁盘 {disk}（{path}）在 {there} 上的属主或权限与 {here} 上不同',
    remedy: '让两台主机的用户映射一致，比较：ls -ln {path}；NFS 见 idmapd.conf(5) 与 exports(5)',
  },
  'access.other-user': {
    message:
      '{there} 上运行 QEMU 的用户不能写 {domain} 的磁盘 {disk}（{path}），除非那里的 libvirt 把它交给该用户',
    remedy:
      '让两台主机以同一用户运行 QEMU（/etc/libvirt/qemu.conf 的 user 与 group），或保持 dynamic_ownership 开启',
  },
  'access.to-root': {
    message:
      '{domain} 的磁盘 {disk}（{path}）属于 QEMU 的用户；若 {here} 上的 libvirt 会设置属主、又不认为其文件系统是共享的，迁移后它会把镜像交给 root。这两点都无法从外部看到',
    remedy:
      '在两台主机的 /etc/libvirt/qemu.conf 中：dynamic_ownership = 0，或把该目录列入 shared_filesystems（libvirt 10.7 以上）',
  },
  'unsafe.nvme': {
    message: '{domain} 的磁盘 {disk} 是 {here} 自己的 NVMe 设备，libvirt 不迁移它',
    remedy: '先在 {here} 上卸下它：virsh detach-disk {domain} {disk} --live',
  },
  'unsafe.cache': {
    message: '{domain} 的磁盘 {disk} 的缓存模式是 {cache}，{here} 上的 libvirt {version} 认为迁移它不安全',
    remedy: '在定义中把缓存设为 none 并重启 {domain}：virsh edit {domain}',
  },
  'unsafe.format': {
    message:
      '{domain} 的磁盘 {disk} 是 {format} 格式：若 {here} 上的 libvirt 不认为其文件系统是共享的，就会拒绝迁移，Ferry 不会强行绕过',
    remedy: '转换为 qcow2 或 raw，或放到 libvirt 认得的共享文件系统上，例如 NFS',
  },
  'memory.overcommitted': {
    message: '{there} 上的虚拟机加上 {domain} 可能占用超过 {there} 所有的内存',
    remedy: '从 {there} 迁走一些虚拟机，或选择其他目标主机',
  },
};
