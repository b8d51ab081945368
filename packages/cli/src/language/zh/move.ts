import type { Text } from './text.ts';

/** The move itself: hosts, identity, state, other operations, rehearsal. */
export const move: Readonly<Record<string, Text>> = {
  'host.same': { message: '{here} 与 {there} 是同一台主机', remedy: '请选择其他目标主机' },
  'host.duplicate-uuid': {
    message: '{here} 与 {there} 的主机 UUID 相同，libvirt 会把它们当作同一台主机',
    remedy:
      '在 {there} 的 /etc/libvirt/libvirtd.conf 中设置自己的 host_uuid（可用 uuidgen 生成），并重启 libvirtd',
  },
  'host.different': { message: '{here} 与 {there} 是不同的主机' },
  'identity.name-taken': {
    message: '{there} 上已有另一台名为 {domain} 的虚拟机',
    remedy: '在 {there} 上给它改名：virsh domrename {domain} NEW',
  },
  'identity.uuid-taken': {
    message: '{there} 上 {domain} 的 UUID 已被另一台虚拟机 {other} 使用',
    remedy: '在 {there} 上删除或重新定义 {other}',
  },
  'identity.active-twice': {
    message: '{domain} 已经在 {there} 上运行',
    remedy: '先查看两台主机：ferry list',
  },
  'identity.defined': { message: '{there} 上有 {domain} 的未运行定义，迁移会替换它' },
  'identity.free': { message: '{there} 上没有与 {domain} 同名或同 UUID 的虚拟机' },
  'state.not-running': {
    message: '{here} 上的 {domain} 未在运行（{state}），无法热迁移',
    remedy: '启动它：virsh start {domain}',
  },
  'state.busy': {
    message: '{here} 上的 {domain} 正在执行其他任务，可能已在迁移',
    remedy: '请等待，或查看：ferry status',
  },
  'state.paused': { message: '{here} 上的 {domain} 处于暂停状态，迁移后仍保持暂停' },
  'state.running': { message: '{here} 上的 {domain} 正在运行，没有其他任务' },
  'operation.none': { message: '{domain} 没有其他未结束的操作' },
  'operation.running': { message: '操作 {id} 正在迁移 {domain}', remedy: '跟踪：ferry watch {id}' },
  'operation.left-open': { message: '{domain} 的操作 {id} 未结束', remedy: 'ferry recover {id}' },
  'operation.journal': {
    message: '无法读取日志，没有日志就不会迁移任何虚拟机',
    remedy: '修复日志，或设置 FERRY_STATE',
  },
  'domain.unreadable': { message: '无法检查 {domain}；它可能刚刚停止' },
  'machine.unsupported': {
    message: '{there} 无法运行 {domain}：{emulator} 没有 {kind} 机器类型 {machine}',
    remedy: '在 {there} 上安装支持 {machine} 的 QEMU，或选择其他目标主机',
  },
  'machine.supported': { message: '{there} 支持 {kind} 机器类型 {machine}' },
  'peer.local-uri': {
    message: '对 {here} 的 libvirtd 而言，{there} 的 URI 指向 {here} 自己',
    remedy: '为 {there} 指定一个 {here} 也能访问的 URI，或不使用 --p2p',
  },
  'peer.unchecked': { message: '{here} 需要自己访问 {there} 的凭据，这一点无法从外部检查' },
  'post-copy.no-resume': {
    message: '{host} 上的 libvirt 不能恢复中断的后拷贝，链路一断，{domain} 的内存就会丢失',
    remedy: '用预拷贝迁移，或把 {host} 的 libvirt 升级到 8.5.0 以上',
  },
  'post-copy.crashes': {
    message: '{host} 上的 libvirt 在恢复中断的后拷贝时会崩溃，链路一断，{domain} 的内存就会丢失',
    remedy: '用预拷贝迁移，或把 {host} 的 libvirt 升级到 11.4.0 以上',
  },
  'post-copy.resumable': { message: '{domain} 的后拷贝若中断，可以恢复' },
  'post-copy.hand-over': {
    message:
      '{domain} 切换的几毫秒内，若 {there} 上的 libvirt 崩溃或链路中断，它就会丢失；预拷贝没有这样的时刻',
  },
  'allowed-post-copy.without': { message: '{domain} 不用后拷贝迁移（虽然允许）：{why}' },
  'rehearsal.refused': { message: '演练失败：{why}' },
  'rehearsal.explained': { message: '演练失败：{means}', remedy: '{remedy}' },
  'rehearsal.left-open': {
    message: '演练在 {here} 或 {there} 上留下了东西',
    remedy: 'ferry recover {id}',
  },
  'rehearsal.stopped': { message: '演练在得出结果之前被停止' },
  'rehearsal.passed': { message: '{there} 自己的 QEMU 接受了 {domain} 的配置，{here} 也能连到它' },
  'offline.active': {
    message: '{here} 上的 {domain} 处于 {state} 状态，不能按关机方式迁移',
    remedy: '去掉 --offline，或先关机：virsh shutdown {domain}',
  },
  'offline.saved': {
    message: '{here} 上的 {domain} 有托管保存的映像，里面是要继续运行的客户机的内存',
    remedy: '先启动再关机，或丢弃这份内存：virsh managedsave-remove {domain}',
  },
  'offline.tpm': {
    message: '{domain} 的 TPM 的内容在 {here} 的文件里，libvirt 没有办法读取',
    remedy: '在它运行时迁移，不用 --offline：TPM 会一起迁移',
  },
  'offline.unseen': {
    message: '{here} 没有显示 {path}，即 {domain} 的磁盘 {disk}',
    remedy: '在 {here} 上查看：ls -l {path}',
  },
  'offline.unproven': {
    message: '{what}；没有这个证明就不能按关机方式迁移',
    remedy: '把磁盘放在能看出两台主机共享的地方，或放在文件里，文件会被发送',
  },
  'offline.ready': { message: '{here} 上的 {domain} 已关机，它的磁盘可以读取' },
  '*.failed': { message: '未能完成检查：{title}' },
};
