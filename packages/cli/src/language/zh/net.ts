import type { Text } from './text.ts';

/** Network and the hosts' own systems. */
export const net: Readonly<Record<string, Text>> = {
  'permission.read-only': {
    message: '到 {host} 的连接是只读的',
    remedy: '在 {host} 上：使用完整套接字 libvirt-sock 的 URI，而不是 libvirt-sock-ro',
  },
  'permission.denied': {
    message: '{host} 上的 libvirt 不允许你迁移 {domain}',
    remedy:
      '在 {host} 上：在 /etc/polkit-1/rules.d 中加一条规则，当 action.id 为 org.libvirt.api.domain.migrate 且 subject.user 是你的用户时返回 polkit.Result.YES',
  },
  'permission.allowed': { message: '你可以在 {here} 和 {there} 上迁移虚拟机' },
  'shell.unseen': {
    message: 'Ferry 在 {hosts} 上没有 shell，因此没有查看那里的网桥、MTU、防火墙、已用端口、时钟和限制',
    remedy: '在主机文件中为每台主机写明 ssh 目标（ssh: root@HOST），或使用 qemu+ssh:// URI',
  },
  'shell.failed': {
    message: 'Ferry 无法在 {host} 上得到 shell，因此没有查看那里的网桥、MTU、防火墙、已用端口、时钟和限制',
    remedy: '查看原因：{command}',
  },
  'bridge.missing': {
    message: '{there} 没有 {domain} 所接的网桥 {bridge}',
    remedy:
      '在 {there} 上：ip link add {bridge} type bridge && ip link set {bridge} up && ip link set DEVICE master {bridge}',
  },
  'bridge.isolated': {
    message: '网桥 {bridge} 在 {here} 上经 {uplinks} 通向外部，而在 {there} 上只连着虚拟机',
    remedy: '在 {there} 上：ip link set DEVICE master {bridge}',
  },
  'bridge.mtu-lower': {
    message: '网桥 {bridge} 的 MTU 在 {there} 上是 {far}，在 {here} 上是 {near}：{domain} 的大包会丢失',
    remedy: '在 {there} 上：ip link set dev {bridge} mtu {near}',
  },
  'bridge.mtu-higher': { message: '网桥 {bridge} 的 MTU 在 {there} 上是 {far}，在 {here} 上是 {near}' },
  'bridge.mac-follows': {
    message: '{there} 上的网桥 {bridge} 取其端口中最小的 MAC，会变成 {domain} 的 MAC：其他主机会一时找不到它',
    remedy: '在 {there} 上：ip link set dev {bridge} address {mac}',
  },
  'bridge.other-segment': {
    message:
      '网桥 {bridge} 在 {here} 上属于 {near}，在 {there} 上却属于 {far}：{domain} 的地址在那里会无法到达',
    remedy: '在 {there} 上：把属于同一网络的设备接入网桥：ip link set DEVICE master {bridge}',
  },
  'bridge.same': { message: '{there} 有网桥 {bridge}' },
  'network.missing': {
    message: '{there} 没有 {domain} 所用的 libvirt 网络 {network}',
    remedy:
      '在 {there} 上：virsh net-define FILE && virsh net-start {network}，FILE 来自 {here} 上的 virsh net-dumpxml {network}',
  },
  'network.inactive': {
    message: '{domain} 所用的 libvirt 网络 {network} 在 {there} 上未启动',
    remedy: '在 {there} 上：virsh net-start {network}',
  },
  'network.no-bridge': {
    message: '{there} 上的 libvirt 网络 {network} 用网桥 {bridge}，而 {there} 没有它',
    remedy:
      '在 {there} 上：ip link add {bridge} type bridge && ip link set {bridge} up && ip link set DEVICE master {bridge}',
  },
  'network.differs': {
    message: 'libvirt 网络 {network} 在 {here} 上是 {near}，在 {there} 上却是 {far}',
    remedy: '使两者一致：virsh net-edit {network}',
  },
  'network.private': {
    message:
      'libvirt 网络 {network} 是每台主机各自的内部网络（{mode}）：{domain} 会失去连接，也够不到它在 {here} 上的邻居',
    remedy: '把 {domain} 接到两台主机共有的网桥上',
  },
  'network.no-portgroup': {
    message: '{there} 上的 libvirt 网络 {network} 没有端口组 {portgroup}：{domain} 会失去它的 VLAN 和限速',
    remedy: '在 {there} 上添加该端口组：virsh net-edit {network}',
  },
  'network.same': { message: 'libvirt 网络 {network} 在 {there} 上已启动，且设置相同' },
  'direct.missing': {
    message: '{there} 没有 {domain} 直接使用的网络设备 {device}',
    remedy:
      '在 {there} 上：libvirt 7.1 以上可用 ip link property add dev DEVICE altname {device}；否则给设备改名：ip link set dev DEVICE name {device}',
  },
  'direct.there': { message: '{there} 有网络设备 {device}' },
  'route.localhost': {
    message: '{there} 自称 {name}，客户机会被发往那里，也就是 {here} 自己',
    remedy: '指明客户机发往何处：ferry hosts add {there} URI --migration-address ADDRESS',
  },
  'route.unknown-name': {
    message: '{here} 不知道 {name} 的地址，而客户机要发往那里',
    remedy: '在 {here} 上：echo "ADDRESS {name}" >> /etc/hosts',
  },
  'route.loopback-name': {
    message: '在 {here} 看来 {name} 是 {addresses}：客户机会被发往 {here} 自己',
    remedy: `在 {here} 上：sed -i '/[[:space:]]{name}/d' /etc/hosts && echo "ADDRESS {name}" >> /etc/hosts`,
  },
  'route.dropped': {
    message: '防火墙丢弃了 {here} 发往 {address} 端口 {ports} 的数据',
    remedy: '在 {there} 上：{command}',
  },
  'route.rejected': {
    message: '防火墙拒绝了 {here} 发往 {address} 端口 {ports} 的数据',
    remedy: '在 {there} 上：{command}',
  },
  'route.denied': {
    message: '{here} 自己不让任何数据发往 {address} 端口 {ports}',
    remedy: '在 {here} 上：{command}',
  },
  'route.unreachable': {
    message: '{here} 没有到 {address} 的路由，而 {there} 会在那里等待客户机',
    remedy: '在 {here} 上查看路由：ip route get {address}',
  },
  'route.partly': {
    message: '{address} 的端口 {ports} 中，{here} 只能到达一部分',
    remedy: '在 {there} 上：{command}',
  },
  'route.open': { message: '{here} 能到达 {there} 的 {address} 端口 {ports}' },
  'ports.exhausted': {
    message: '{there} 的迁入端口 {ports} 只剩 {free} 个，而 {domain} 需要 {needed} 个',
    remedy:
      '等其他迁移结束，或给 {there} 更多端口：/etc/libvirt/qemu.conf 的 migration_port_max；查看占用者：ss -tanp',
  },
  'ports.free': { message: '{there} 有迁入端口：{ports} 中空闲 {free} 个' },
  'peer-reach.unknown-name': {
    message: '{here} 不知道 {name} 的地址，而它要由此到达 {there} 的 libvirtd',
    remedy: '在 {here} 上：echo "ADDRESS {name}" >> /etc/hosts',
  },
  'peer-reach.closed': {
    message: '{here} 无法连接 {name} 的端口 {port}，{there} 的 libvirtd 本应在那里监听：{how}',
    remedy: '在 {there} 上查看是否监听（ss -tln）并放行 {here}，或不使用 --p2p',
  },
  'peer-reach.open': { message: '{here} 能到达 {name} 的端口 {port}，即 {there} 的 libvirtd' },
  'clock.apart': {
    message: '{there} 的时钟与 {here} 相差 {seconds} 秒（{direction}），{domain} 的时钟可能会跳变',
    remedy: '让两台主机使用相同的时间服务器：chronyc makestep',
  },
  'clock.together': { message: '{here} 与 {there} 的时钟一致' },
  'ssh.few-startups': {
    message: '{host} 上的 sshd 同时只接受 {startups} 个新连接（MaxStartups），而一次迁移要打开 {needed} 个',
    remedy: '在 {host} 上：在 /etc/ssh/sshd_config 中设置 MaxStartups 10:30:100 或更大，并重启 sshd',
  },
  'userfaultfd.refused': {
    message: '{there} 上的 QEMU 以 {user} 运行，内核不给该用户后拷贝所需的权限',
    remedy: '在 {there} 上：sysctl -w vm.unprivileged_userfaultfd=1',
  },
  'userfaultfd.perhaps-refused': {
    message: '{there} 上运行 QEMU 的用户可能得不到后拷贝所需的权限：qemu.conf 没有写明是哪个用户',
    remedy: '在 {there} 上：sysctl -w vm.unprivileged_userfaultfd=1',
  },
  'userfaultfd.given': { message: '{there} 的内核允许 QEMU 使用后拷贝' },
  'tls.forced': {
    message: '{here} 只允许以 TLS 迁出虚拟机（migrate_tls_force）',
    remedy: '加上 --tls',
  },
  'tls.no-files': {
    message: '{host} 无法以 TLS 迁移虚拟机：{directory} 中没有 {files}',
    remedy:
      '把 {files} 放到 {host} 的 {directory} 中，并让运行 QEMU 的用户能读取：https://www.qemu.org/docs/master/system/tls.html',
  },
  'tls.unreadable': {
    message: '{host} 无法以 TLS 迁移虚拟机：那里的 QEMU 以 {user} 运行，无权读取 {directory} 中的 {files}',
    remedy: "在 {host} 上：cd '{directory}' && chown {user} {files}",
  },
  'tls.ready': { message: '{host} 有以 TLS 迁移所需的证书' },
  'memlock.limited': {
    message: '{domain} 锁定 {needed} MiB 内存，而 {there} 上的 libvirt 最多锁定 {limit} MiB，也不能提高',
    remedy: '在 {there} 上：systemctl edit libvirtd，在 [Service] 中设置 LimitMEMLOCK=infinity，并重启它',
  },
  'locks.differ': {
    message: '磁盘在 {here} 上由 {near} 加锁，在 {there} 上却是 {far}：两台主机看不到对方的锁',
    remedy: '在两台主机的 /etc/libvirt/qemu.conf 中设置相同的 lock_manager，并重启 libvirtd',
  },
  'locks.same': { message: '{here} 与 {there} 都由 {near} 给磁盘加锁' },
  'exposure.no-authentication': {
    message: '{host} 上的 libvirt 把任何能到达其 TCP 端口 {port} 的人当作 root：既不认证也不加密',
    remedy:
      '使用 qemu+ssh:// 或 qemu+tls://，并在 {host} 的 /etc/libvirt/libvirtd.conf 中设置 listen_tcp = 0',
  },
};
