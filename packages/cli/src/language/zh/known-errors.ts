interface Explained {
  readonly means: string;
  readonly remedy: string;
}

/** What is known of the errors of libvirt and QEMU, in Simplified Chinese, by the id that the engine gives them. */
export const knownErrors: Readonly<Record<string, Explained>> = {
  'no-shared-storage': {
    means: 'libvirt 不认为磁盘所在的文件系统是共享的',
    remedy: '用 --copy-storage all 一同复制磁盘，或把它放到 NFS 等 libvirt 认识的共享文件系统上',
  },
  'unsafe-cache': {
    means: '这个版本的 libvirt 或 QEMU 太旧，无法安全迁移使用该缓存模式的磁盘',
    remedy: "给磁盘设置 cache='none' 并重启虚拟机，或把 QEMU 升级到 4.0、libvirt 升级到 5.7",
  },
  'same-host': {
    means: '两台主机的主机 UUID 都是 {uuid}，或者它们是同一台主机的两个名字',
    remedy: '在 libvirtd.conf 中给每台主机各自的 host_uuid（可用 uuidgen 生成），并重启 libvirtd',
  },
  'exists-already': {
    means: '目标主机上已有虚拟机 {domain}',
    remedy: '用 ferry list 查看两者；给不需要的那个改名，或取消其定义',
  },
  'no-bridge': {
    means: '目标主机没有网桥 {bridge}',
    remedy: '在那里创建网桥 {bridge}，或把虚拟机接到两台主机都有的网桥上',
  },
  'network-inactive': {
    means: 'libvirt 网络 {network} 在目标主机上未启动',
    remedy: '在那里启动它：virsh net-start {network}',
  },
  'no-network': {
    means: '目标主机没有 libvirt 网络 {network}',
    remedy: '在那里定义并启动它：在源主机上用 virsh net-dumpxml {network} 得到其 XML',
  },
  'no-file': {
    means: '目标主机没有 {path}',
    remedy: '在那里挂载它，或把它复制过去；不需要的 ISO 可以弹出',
  },
  'no-file-access': {
    means: '目标主机的 QEMU 无权读取 {path}',
    remedy: '比较两台主机上的属主和权限：ls -ln {path}；在 NFS 上，运行 QEMU 的用户在两边的编号必须相同',
  },
  'disk-locked': {
    means: '另一个 QEMU 正打开着该磁盘',
    remedy: '在所有能看到该磁盘的主机上查找：ferry list；切勿强行夺锁',
  },
  'disk-full': { means: '主机的一个磁盘已满', remedy: '在那里腾出空间：df -h' },
  'cpu-features': {
    means: '目标主机无法提供这些 CPU 特性：{features}',
    remedy: '选择 CPU 同样新的目标主机，或给虚拟机换一个两台主机都有的 CPU 型号并重启它',
  },
  'machine-type': {
    means: '目标主机的 QEMU 不支持机器类型 {machine}',
    remedy: '升级那里的 QEMU，或选择其他目标主机',
  },
  'no-kvm': {
    means: '目标主机没有 KVM',
    remedy: '在其固件中打开虚拟化，并加载 kvm_intel 或 kvm_amd：ls -l /dev/kvm',
  },
  'no-memory': {
    means: '目标主机没有足够的空闲内存给虚拟机',
    remedy: '释放内存；虚拟机使用大页时则释放大页：free -m，grep Huge /proc/meminfo',
  },
  'no-port': {
    means: '目标主机上 {range} 范围内的端口都被占用',
    remedy: '先等其他迁移结束，或在其 qemu.conf 中放宽 migration_port_min 和 migration_port_max',
  },
  unresolved: {
    means: '需要解析的主机名无法解析',
    remedy: '在主机文件中写明目标主机的地址（migrationAddress），或修好 DNS 或 /etc/hosts',
  },
  'refused-connection': {
    means: '无法通过该地址和端口到达主机',
    remedy: '查看本应应答的程序是否在运行（ss -tln），以及沿途防火墙是否放行该端口',
  },
  'post-copy-unsupported': {
    means: '目标主机的 QEMU 不能使用后拷贝所需的 userfaultfd',
    remedy: '在那里执行 sysctl vm.unprivileged_userfaultfd=1，或用预拷贝迁移',
  },
  snapshots: {
    means: 'libvirt 不迁移有快照的虚拟机',
    remedy: '删除快照或其元数据：virsh snapshot-list DOMAIN，virsh snapshot-delete DOMAIN NAME [--metadata]',
  },
  'busy-domain': {
    means: '正在对该虚拟机进行其他操作',
    remedy: '等它结束，或查看它：virsh domjobinfo DOMAIN，ferry status',
  },
  polkit: {
    means: '该用户不能管理那台主机上的虚拟机',
    remedy: '使用那里 libvirt 组的用户，或授予它 org.libvirt.unix.manage 权限',
  },
  'ssh-host-key': {
    means: 'ssh 不认识主机的密钥，或密钥已改变',
    remedy: '先手动登录一次：ssh USER@HOST，并核对其指纹',
  },
  'ssh-user': {
    means: 'ssh 登录被拒绝',
    remedy: '把公钥放到那里该用户的 ~/.ssh/authorized_keys 中：ssh-copy-id USER@HOST',
  },
  'tls-files': {
    means: '需要 TLS，但有一台主机缺少证书',
    remedy: '按 libvirt 的说明放好 CA 证书和密钥对：https://libvirt.org/kbase/tlscerts.html',
  },
  'tls-credentials': {
    means: '要以 TLS 迁移，但 QEMU 在一台主机上读不到 {path}',
    remedy: '把它放到那里，并让运行 QEMU 的用户能读取；缺少什么，ferry check --tls 会指出',
  },
  'tls-name': {
    means: '证书不是为所用的名称或地址签发的',
    remedy: "用该名称作为主题备用名称（SAN）重新签发，IP 地址写成 'IP:'",
  },
  'not-migratable': {
    means: '虚拟机的一个设备无法在运行中迁移',
    remedy: '先拔下它：ferry check 会指出是哪个',
  },
  'other-device-state': {
    means: '目标主机的 QEMU 不理解一个设备的状态：版本或设备不一致',
    remedy: '比较两台主机的 QEMU 版本（ferry hosts show HOST）；迁移应从旧版本到新版本',
  },
  hook: { means: '目标主机的钩子脚本拒绝了', remedy: '查看那里的 /etc/libvirt/hooks/qemu' },
  'qemu-died': {
    means: 'QEMU 在启动时或运行中退出了',
    remedy: '它最后的输出在那台主机的 /var/log/libvirt/qemu/DOMAIN.log 中',
  },
};
