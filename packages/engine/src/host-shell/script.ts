/**
 * What Ferry runs on a host, by its `sh`: it only reads, and prints lines of `word value value…`.
 *
 * ```
 *  Ferry ── the script ──────────────▶ sh -s
 *        ◀─ user, link, tcp, … ─ ready ─
 *        ── 1 clock ─────────────────▶
 *        ◀─ answer 1 1764029000.123 ──
 *        ── 2 connect 10.0.0.2 49215 ▶
 *        ◀─ answer 2 refused ─────────
 *        ── end of input ────────────▶   it ends
 * ```
 *
 * It is a constant. What it is asked comes as words on its input and is only ever used as a quoted variable, never as
 * part of a program. All of it stands in one function that is called by the last line: a shell that reads its script
 * ahead (dash does) has then read all of it, and nothing of what is asked.
 *
 * `connect` tells apart what the kernel's error number does not: a refusal by the host itself (RST: nothing listens, the
 * way is free) and a firewall's (ICMP). Python sees the ICMP message in the error queue (ip(7), IP_RECVERR); bash sees
 * that it took a second, since in SYN_SENT the kernel takes an ICMP message for final only when it would send the SYN
 * once more (net/ipv4/tcp_ipv4.c, tcp_v4_err). A firewall that answers with an RST looks as if nothing listened.
 */
export const SCRIPT = String.raw`main() {
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin:/usr/bin:/bin"
echo "user $(id -u)"
cd /sys/class/net && for d in *; do
  [ -d "$d" ] || continue
  mtu=- mac=- assigned=- state=- kind=other
  read -r mtu <"$d/mtu"
  read -r mac <"$d/address"
  read -r assigned <"$d/addr_assign_type"
  read -r state <"$d/operstate"
  [ -e "$d/tun_flags" ] && kind=tap
  if [ -d "$d/bridge" ]; then
    kind=bridge
    (cd "$d/brif" && for p in *; do [ -e "$p" ] && echo "port $d $p"; done)
  fi
  echo "link $d $kind $mtu $mac $assigned $state"
done 2>/dev/null
cd /
ip -o addr show 2>/dev/null | sed -n -E 's/^[0-9]+: ([^ @]+)[^ ]* +inet6? ([^ ]+) .*scope global.*/address \1 \2/p' | head -n 2000
sed -n 's/^ *[0-9]*: [0-9A-F]*:\([0-9A-F]*\) [0-9A-F]*:[0-9A-F]* \([0-9A-F]*\) .*/tcp \1 \2/p' /proc/net/tcp /proc/net/tcp6 2>/dev/null | sort -u | head -n 20000
f=/etc/libvirt/qemu.conf
if [ -r "$f" ]; then
  echo 'readable qemu.conf'
  sed -n -E 's/^[[:space:]]*(migration_port_min|migration_port_max|migration_host|migrate_tls_force|migrate_tls_x509_verify|default_tls_x509_verify|lock_manager|user)[[:space:]]*=[[:space:]]*"?([^"#[:space:]]*).*/qemu \1 \2/p' "$f"
  # Where libvirt looks for the certificates of a move (qemu_conf.c, SET_TLS_X509_CERT_DEFAULT).
  given() { sed -n -E "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*\"([^\"]*)\".*/\1/p" "$f" | head -n 1; }
  d=$(given migrate_tls_x509_cert_dir)
  [ -z "$d" ] && [ -d /etc/pki/libvirt-migrate ] && d=/etc/pki/libvirt-migrate
  [ -z "$d" ] && d=$(given default_tls_x509_cert_dir)
  [ -z "$d" ] && d=/etc/pki/qemu
  if [ "$(id -u)" = 0 ] || [ -x "$d" ]; then
    echo "tls-directory $d"
    for n in ca-cert server-cert server-key client-cert client-key; do
      v=$(stat -L -c '%a %U %G' "$d/$n.pem" 2>/dev/null) && echo "tls-file $n.pem $v"
    done
  fi
fi
v=$(cat /proc/sys/vm/unprivileged_userfaultfd 2>/dev/null) && echo "userfaultfd $v"
v=$(stat -c '%a %U %G' /dev/userfaultfd 2>/dev/null) && echo "userfaultfd-device $v"
v=$(sshd -T 2>/dev/null) || v=$(cat /etc/ssh/sshd_config.d/*.conf /etc/ssh/sshd_config 2>/dev/null)
printf '%s\n' "$v" | sed -n -E 's/^[[:space:]]*[Mm]ax([Ss]tartups|[Ss]essions)[[:space:]=]+([0-9:]+).*/sshd \1 \2/p'
for p in virtqemud libvirtd; do
  i=$(cat "/run/$p.pid" 2>/dev/null) || continue
  c=$(sed -n 's/^CapEff:[[:space:]]*//p' "/proc/$i/status" 2>/dev/null)
  l=$(sed -n -E 's/^Max locked memory +[^ ]+ +([^ ]+).*/\1/p' "/proc/$i/limits" 2>/dev/null)
  [ -n "$c" ] && [ -n "$l" ] && echo "daemon $p $c $l"
done
for d in cpu,cpuacct/machine cpu,cpuacct/machine.slice cpu/machine cpu/machine.slice machine.slice; do
  [ -w "/sys/fs/cgroup/$d/cpu.cfs_quota_us" ] || [ -w "/sys/fs/cgroup/$d/cpu.max" ] || continue
  command -v bash >/dev/null && echo cpu-groups
  break
done
if [ -e /run/firewalld.pid ]; then echo 'firewall firewalld'
elif grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf; then echo 'firewall ufw'
elif command -v nft >/dev/null; then echo 'firewall nft'
elif command -v iptables >/dev/null; then echo 'firewall iptables'
fi
nft list chains 2>/dev/null | awk '
  $1 == "table" { family = $2; table = $3 }
  $1 == "chain" { chain = $2 }
  /type filter hook (input|output)/ { print "nft-" $4, family, table, chain }'
probe='
import errno, socket, sys
try:
    family, kind, proto, _, address = socket.getaddrinfo(sys.argv[1], int(sys.argv[2]), 0, socket.SOCK_STREAM)[0]
except OSError:
    sys.exit("unresolved")
s = socket.socket(family, kind, proto)
s.settimeout(2)
v6 = family == socket.AF_INET6
s.setsockopt(socket.IPPROTO_IPV6 if v6 else socket.IPPROTO_IP, 25 if v6 else 11, 1)
def said():
    # What came is there; nothing more is waited for.
    s.settimeout(0)
    try:
        data = s.recvmsg(512, 512, socket.MSG_ERRQUEUE)[1][0][2]
        return data[4], data[5], data[6]
    except (OSError, IndexError):
        return 0, 0, 0
try:
    s.connect(address)
    print("open")
except socket.timeout:
    print("timeout")
except OSError as e:
    origin, kind, code = said()
    prohibited = origin == 2 and code in (9, 10, 13) or origin == 3 and (kind, code) == (1, 1)
    if e.errno == errno.ECONNREFUSED: print("rejected" if origin in (2, 3) else "refused")
    elif e.errno in (errno.EPERM, errno.EACCES): print("rejected" if origin in (2, 3) else "denied")
    else: print("rejected" if prohibited else "unreachable")
'
shell='
s=$(date +%s%N)
m=$( { exec 3<>"/dev/tcp/$1/$2"; } 2>&1 ) && { echo open; exit; }
case $m in
  *refused*) [ $(( $(date +%s%N) - s )) -lt 800000000 ] && echo refused || echo rejected;;
  *"No route"*|*unreachable*) echo unreachable;;
  *"not permitted"*|*"Permission denied"*) echo denied;;
  *known*|*resol*) echo unresolved;;
  *) echo unknown;;
esac
'
echo ready
while read -r id word a b; do
  case $word in
  clock) echo "answer $id $(date +%s.%N)";;
  resolve) (
    v=$(getent ahosts "$a" | sed -n 's/ .*//p' | sort -u | tr '\n' ' ')
    echo "answer $id $v"
    ) </dev/null 2>/dev/null &;;
  route) (
    v=$(ip -o route get "$a" | sed -n 's/.* src \([^ ]*\).*/\1/p')
    echo "answer $id $v"
    ) </dev/null 2>/dev/null &;;
  connect) (
    if command -v python3 >/dev/null; then v=$(python3 -c "$probe" "$a" "$b" 2>&1) || v=$(printf %s "$v" | tail -n 1)
    elif command -v bash >/dev/null && command -v timeout >/dev/null; then
      v=$(timeout 2 bash -c "$shell" bash "$a" "$b"); [ $? = 124 ] && v=timeout
    else v=unknown
    fi
    echo "answer $id $v"
    ) </dev/null 2>/dev/null &;;
  esac
done
wait
}
main
`;
