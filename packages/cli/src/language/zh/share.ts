import type { ShareReport } from '@virt-ferry/engine';
import { fill } from '@virt-ferry/engine/fill';
import type { ShareWords } from '../share/words.ts';
import type { Text } from './text.ts';

/** Every step of a share in Simplified Chinese, by its id. */
export const steps: Readonly<Record<string, string>> = {
  packages: '已安装 {packages}',
  directory: '目录 {path}',
  owner: '{path} 属于 {owner}，即 QEMU 的运行用户',
  'shared-filesystem': 'libvirt 知道 {path} 是共享的，迁移后镜像仍归 QEMU 所有',
  reread: 'libvirt 已读取该设置',
  ports: 'NFS 3 各项服务使用固定端口，以便防火墙放行',
  'exports-directory': '目录 {path}，其中每个导出各用一个文件',
  export: '{path} 只导出给 {address}（{options}）',
  service: '{service} 正在运行，并随主机启动',
  firewalld: 'firewalld 允许 {address} 访问端口 {port}',
  ufw: 'ufw 允许 {address} 访问端口 {port}',
  nft: 'nftables 允许 {address} 访问端口 {port}',
  iptables: 'iptables 允许 {address} 访问端口 {port}',
  'firewall-file': '一个单元，每当 {service} 启动后重新放行',
  'firewall-unit': '{unit} 在 {service} 之后启动',
  selinux: 'SELinux 允许 QEMU 使用 NFS（virt_use_nfs）',
  'mount-point': '目录 {path}',
  pool: 'libvirt 存储池 {pool} 把 {source} 挂载到 {mount}，重启后依然有效',
  'mount-file': '单元 {unit}，把 {source} 挂载到 {mount}',
  'mount-unit': '{unit} 已挂载，重启后依然有效',
  fstab: '/etc/fstab 中的一行，把 {source} 挂载到 {mount}',
  mounted: '{source} 已挂载到 {mount}',
  adopted: '{domain} 的 {disk} 已拷贝到 {to}，不再使用 {from}',
};

/** Everything that is said of a share that can't be made, or of one that is there. */
export const problems: Readonly<Record<string, Text>> = {
  failed: { message: '{message}' },
  'not-root': {
    message: 'Ferry 在 {host} 上不是 root',
    remedy: '以 root 登录：ferry hosts add NAME URI --ssh root@HOST',
  },
  'no-systemd': { message: '{host} 没有 systemd，因此不改动它的服务' },
  'unknown-distribution': {
    message: '{host} 缺少 NFS 软件包，而且不认识它的发行版（{os}）',
    remedy: '请在那里手工安装 NFS 服务器或客户端，然后再执行同一条命令',
  },
  'no-address': {
    message: '{host} 的 URI 中没有其他主机可以访问的地址',
    remedy: '请指定：--address ADDRESS',
  },
  'same-host': {
    message: '{host} 和 {other} 是同一台机器',
    remedy: '去掉其中一个：服务器本来就能看到该目录',
  },
  'path-link': { message: '{host} 上的 {path} 是符号链接，或位于符号链接之下', remedy: '请写出目录本身' },
  'path-not-directory': { message: '{host} 上的 {path} 不是目录' },
  'path-filesystem': {
    message: '{host} 上的 {path} 所在的文件系统（{type}）不适合共享',
    remedy: '请共享该主机自己磁盘上的目录',
  },
  'path-mounted': {
    message: '{host} 上的 {path} 已挂载 {source}（{type}）',
    remedy: '请挂载到别处：--mount DIRECTORY',
  },
  'path-in-fstab': {
    message: '{host} 的 /etc/fstab 把 {source} 挂载到 {path}',
    remedy: '请挂载到别处：--mount DIRECTORY',
  },
  'mount-not-empty': {
    message: '{host} 上的 {path} 不是空目录，挂载会遮住其中的内容',
    remedy: '请挂载到别处：--mount DIRECTORY',
  },
  'mount-not-ours': { message: '{host} 上 {path} 已经挂载了 {source}，但不是 Ferry 挂载的；保持原样' },
  'exported-otherwise': {
    message: '{host} 上的 {file} 已把 {path} 导出给 {to}',
    remedy: '请从该文件中删除它，或共享另一个目录',
  },
  'owner-taken-back': {
    message:
      '{host} 上的 libvirt 不知道 {path} 是共享的，虚拟机迁走后会把镜像还给原属主；如果原属主不是 {owner}，虚拟机将无法再写入',
    remedy: '启动虚拟机之前，在 {host} 上对每个镜像执行：chown {owner}',
  },
  'owner-taken-back-set': {
    message:
      '{host} 上的 libvirt 不知道 {path} 是共享的：其 qemu.conf 中的 shared_filesystems 列的是别的目录；虚拟机迁走后，libvirt 会把镜像还给原属主',
    remedy:
      '在 {host} 上：把 "{path}" 加入 /etc/libvirt/qemu.conf 的 shared_filesystems，然后 systemctl restart libvirtd',
  },
  'firewall-nobody': {
    message: '{host} 的防火墙是关闭的（{rules}），但没有 Ferry 认识的服务在管理它',
    remedy: '请自行为 {addresses} 开放 TCP 端口 2049，然后加上：--firewall keep',
  },
  'no-libvirt': {
    message: '{host} 没有可用来挂载的 libvirtd',
    remedy: '请换一种挂载方式：--mount-with systemd',
  },
  unresolved: { message: '{host} 不认识名称 {address}', remedy: '请指定地址：--address ADDRESS' },
  unreachable: {
    message: '{host} 没有到 {address} 的路由',
    remedy: '请指定它能到达的服务器地址：--address ADDRESS',
  },
  filtered: {
    message: '{host} 得不到 {address} 端口 2049 的应答，而 {server} 上并没有什么在阻挡',
    remedy: '请检查两者之间的网络，或在其防火墙上为 {source} 放行',
  },
  'no-answer': { message: '{host} 没有应答：{why}' },
  'not-so': { message: '{host} 上缺少：{what}', remedy: 'ferry share create 会重新做好' },
  'all-so': { message: '{host} 上全部 {count} 项都与创建时一致' },
  'reach-open': { message: '{host} 可以访问 {address} 的端口 2049' },
  'reach-closed': {
    message: '{host} 无法访问 {address} 的端口 2049（{reach}）',
    remedy: '那里的 nfs-server 在运行吗？两者之间的防火墙放行了吗？',
  },
  'rpc-open': { message: '{address} 的 rpcbind 告诉了 {host} NFS 的位置' },
  'rpc-closed': {
    message: '{address} 的 rpcbind 没有告诉 {host} NFS 的位置，而版本 3 需要它',
    remedy: '那里的 rpcbind 在运行吗？端口 111 开放了吗？',
  },
  crossing: { message: '{from} 写入的内容，{host} 在 {ms} 毫秒后读到' },
  'crossing-late': {
    message: '{from} 写入的内容，{host} 在 {ms} 毫秒后才读到',
    remedy: '请检查服务器的负载以及两者之间的网络',
  },
  'crossing-failed': {
    message: '{why}',
    remedy: '已经挂载了吗？目录属于 root 被映射成的那个用户吗？',
  },
  'owner-same': { message: '{host} 写入的文件属于 {owner}，与目录一致' },
  'owner-other': {
    message: '{host} 写入的文件属于 {owner}，而目录属于 {directory}',
    remedy: '导出时的 anonuid 和 anongid 与目录一致吗？',
  },
  'root-not-squashed': { message: '{host} 的 root 在共享上仍是 root', remedy: '请以 root_squash 导出' },
  space: { message: '{host} 看到剩余 {free} GiB，共 {total} GiB' },
  'space-low': {
    message: '{host} 看到只剩 {free} GiB，共 {total} GiB',
    remedy: '客户机无法写入时会停住：请腾出空间',
  },
  latency: { message: '{host} 的一次同步写入需要 {ms} 毫秒' },
  'latency-high': {
    message: '{host} 的一次同步写入需要 {ms} 毫秒：客户机会感觉到',
    remedy: '请检查服务器的磁盘：每次这样的写入都要等待它们',
  },
  lock: { message: '{from} 持有的锁能挡住 {host}' },
  'lock-open': {
    message: '{from} 持有的锁挡不住 {host}：两个 QEMU 可能打开同一个镜像',
    remedy: '挂载时不要使用 nolock 和 local_lock',
  },
  'lock-none': {
    message: '在 {host} 上未能测试锁（{why}）',
    remedy: '版本 3 要求两边都运行 rpc.statd；测试锁需要 python3',
  },
  'storage-nfs': { message: '{host} 通过 NFS 把 {source} 挂载到 {at}；不是 Ferry 建立的' },
  'storage-cluster': { message: '{host} 在 {at} 有 {source}，是供多台主机使用的文件系统（{type}）' },
  'storage-iscsi': { message: '{host} 已通过 iSCSI 登录 {source}；迁移的另一台主机也必须登录' },
  'storage-rbd': { message: '{host} 已映射 Ceph 的 {source}；迁移的另一台主机也必须映射' },
  'storage-fc': { message: '{host} 有光纤通道 {source}；迁移的另一台主机必须看到同一设备' },
  'in-use': { message: '{host} 上的 {domain} 正在使用 {path}', remedy: '请先把它移走，或取消其定义' },
  'adopt-not-running': {
    message: '{host} 上的 {domain} 处于 {state} 状态，只有正在运行的虚拟机才能这样拷贝磁盘',
    remedy: '请用 qemu-img 拷贝镜像，再在定义中写明：virsh edit {domain}',
  },
  'adopt-device': { message: '{domain} 的磁盘 {disk} 是块设备，保持原位' },
  'adopt-shareable': { message: '{domain} 的磁盘 {disk} 还有别人在写，他们会继续使用旧的' },
  'adopt-format': {
    message: '{domain} 的磁盘 {disk} 格式为 {format}，只有 raw 和 qcow2 能在写入时拷贝',
  },
  'adopt-in-the-way': {
    message: '{domain} 的磁盘 {disk} 将成为 {host} 上的 {to}，而那里已经有了',
    remedy: '请查看它，如果没有人需要就移走',
  },
  'adopt-no-room': {
    message: '{host} 上的 {directory} 剩余 {free} GiB，而 {domain} 的磁盘可能需要 {wanted} GiB',
    remedy: '请在那里腾出空间',
  },
  'root-owner': {
    message: '{host} 上的 QEMU 以 root 运行；由于 root 被映射，它在共享上的文件属于 {uid}:{gid}',
  },
};

const nameOf = ({ server, path }: Pick<ShareReport, 'server' | 'path'>) => `${server} 的 ${path}`;
const again = ({ server, path }: ShareReport) => `ferry share remove --server ${server} --path ${path}`;

/** 简体中文 */
export const chinese: ShareWords = {
  states: { so: '已是', 'to-do': '待做', done: '完成', failed: '失败', undone: '撤销', kept: '保留' },
  remedy: '解决办法：',
  step: ({ id, values, message }) => (steps[id] ? fill(steps[id], values) : message),
  message: ({ id, values, message }) => (problems[id] ? fill(problems[id].message, values) : message),
  remedyOf: ({ id, values, remedy }) => {
    const text = problems[id]?.remedy;
    return text === undefined ? remedy : fill(text, values);
  },
  created: (report) => {
    const results = {
      done: `${nameOf(report)} 已共享；查看：ferry share status`,
      nothing: `${nameOf(report)} 早已共享：没有任何改动`,
      planned: '没有任何改动（--dry-run）',
      blocked: `${nameOf(report)} 未共享：没有任何改动`,
      'taken-back': `${nameOf(report)} 未共享：已做的都已撤销`,
      left: `${nameOf(report)} 只共享了一半，且未能全部撤销；请再试：${again(report)}`,
    };
    return results[report.result];
  },
  removed: (report) => {
    const results = {
      done: `${nameOf(report)} 不再共享`,
      nothing: '没有任何改动',
      planned: '没有任何改动（--dry-run）；以上是将要撤销的内容',
      blocked: `${nameOf(report)} 正在使用：没有任何改动`,
      'taken-back': '没有任何改动',
      left: `${nameOf(report)}：未能全部撤销；请先排除问题，然后：${again(report)}`,
    };
    return results[report.result];
  },
  adopted: (report, domain) => {
    const results = {
      done: `${domain} 的磁盘已在 ${nameOf(report)} 上；旧镜像保留`,
      nothing: `${domain} 的磁盘早已在那里：没有任何改动`,
      planned: '没有任何改动（--dry-run）',
      blocked: `${domain} 保留原来的磁盘：没有任何改动`,
      'taken-back': `${domain} 保留原来的磁盘：已拷贝的都已删除`,
      left: `${domain} 保留原来的磁盘，但已拷贝的未能全部删除；请再试：ferry share adopt ${domain}`,
    };
    return results[report.result];
  },
  status: ({ server, path, verdict }) => {
    const verdicts = { good: '状态良好', warnings: '可以使用，但请先阅读警告', bad: '状态不正常' };
    return `${server} 的共享 ${path} ${verdicts[verdict]}`;
  },
};
