/**
 * What a host says of itself before anything is decided, in lines of `word value value…`; see facts.ts. `$a` is the
 * directory that it is about, `$b` what its packages and services are wanted for.
 */
export const LOOK = String.raw`
installed() {
  has dpkg-query && dpkg-query -s "$1" 2>/dev/null | grep -q '^Status: .* installed$' && return
  has rpm && rpm -q "$1" >/dev/null 2>&1
}
# Units as lines of name, whether it starts by itself, and whether it runs; of all of them at once, as each systemctl takes its time.
units() {
  systemctl show -p Id,UnitFileState,ActiveState -- "$@" 2>/dev/null | awk -F= '
    $1 == "Id" { id = $2 }
    $1 == "UnitFileState" { e = $2 }
    $1 == "ActiveState" { s = ($2 ~ /^(active|activating|reloading)$/) ? "active" : "inactive" }
    $0 == "" { tell() }
    function tell() { if (id != "") print id, (e == "" ? "absent" : e), s; id = ""; e = ""; s = "inactive" }
    END { tell() }'
}
unit_of() { read -r u e s <<END
$(units "$1")
END
  [ -n "$u" ] || u=$1 e=absent s=inactive
}
exports_in() { sed -e ':a' -e '/\\$/{N;s/\\\n//;ta' -e '}' -e 's/#.*//' -e '/^[[:space:]]*$/d' "$1"; }
limited() { if has timeout; then timeout 5 "$@"; else "$@"; fi; }
hypervisor() {
  f=/etc/libvirt/qemu.conf
  given() { sed -n -E "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*\"?\\+?([^\"#[:space:]]*).*/\\1/p" "$f" 2>/dev/null | head -n 1; }
  n=$(given user)
  for n in "$n" libvirt-qemu qemu; do
    [ -n "$n" ] || continue
    case $n in *[!0-9]*) i=$(id -u "$n" 2>/dev/null);; *) i=$n;; esac
    [ -n "$i" ] && break
  done
  [ -n "$i" ] || return
  g=$(given group)
  case $g in
  '') g=$(id -g "$n" 2>/dev/null);;
  *[!0-9]*) g=$(getent group "$g" | cut -d : -f 3);;
  esac
  [ -n "$g" ] && echo "hypervisor $i $g"
}
look() {
  echo "user $(id -u)"
  echo "machine $(cat /etc/machine-id 2>/dev/null) $(uname -n)"
  echo "started $(cat /proc/sys/kernel/random/boot_id 2>/dev/null)"
  sed -n -E 's/^(ID|VERSION_ID|ID_LIKE)="?([^"]*)"?$/os \1 \2/p' /etc/os-release 2>/dev/null
  for p in dnf apt-get; do has "$p" && echo "has $p"; done
  has systemctl && [ -d /run/systemd/system ] && echo 'has systemctl'
  for p in nfs-utils nfs-kernel-server nfs-common; do installed "$p" && echo "package $p"; done
  for p in libvirtd virtqemud; do has "$p" && echo "daemon $p $("$p" --version 2>/dev/null | sed 's/.* //')"; done
  hypervisor
  sed -n -E 's/^[[:space:]]*(dynamic_ownership|shared_filesystems)[[:space:]]*=[[:space:]]*(.*)$/qemu \1 \2/p' /etc/libvirt/qemu.conf 2>/dev/null
  set -- nfs-server nfs-mountd.service fsidd.service nfsdcld.service nfs-idmapd.service rpc-statd.service rpc-statd-notify.service \
    nfs-blkmap.service nfs-client.target proc-fs-nfsd.mount var-lib-nfs-rpc_pipefs.mount run-rpc_pipefs.mount \
    rpcbind.socket rpcbind.service nftables iptables netfilter-persistent
  units "$@" | while read -r u e s; do echo "service $1 $e $s"; shift; done
  for f in /etc/exports /etc/exports.d/*.exports; do
    [ -f "$f" ] && exports_in "$f" | while read -r line; do printf 'export %s %s\n' "$f" "$line"; done
  done
  has getenforce && echo "selinux $(getenforce 2>/dev/null)"
  look_firewall
  look_path "$a"
  [ -z "$(tail -c 1 /etc/fstab 2>/dev/null)" ] || echo 'fstab unended'
  echo "boot $(awk -v p="$a" '$1 !~ /^#/ && $2 == p { print $1, $3; exit }' /etc/fstab 2>/dev/null)"
}
look_firewall() {
  if has firewall-cmd && [ "$(firewall-cmd --state 2>/dev/null)" = running ]; then echo 'firewall firewalld'
  elif has ufw && ufw status 2>/dev/null | grep -q '^Status: active'; then echo 'firewall ufw'
  fi
  if has iptables; then
    iptables -V 2>/dev/null | grep -q nf_tables && echo 'iptables nft'
    iptables -S INPUT 2>/dev/null | grep -q -E '^-P INPUT DROP|-j (DROP|REJECT)' && echo 'iptables closed'
  fi
  has nft && nft list ruleset 2>/dev/null | awk '
    $1 == "table" { family = $2; table = $3; name = family " " table }
    $1 == "chain" { chain = $2 }
    /type filter hook input/ { chains[++n] = name " " chain; of[n] = name; if (/policy drop/) shut[n] = 1 }
    n && of[n] == name && chain == substr(chains[n], length(name) + 2) && /(drop|reject)/ { shut[n] = 1 }
    n && of[n] == name && chain == substr(chains[n], length(name) + 2) && /(jump|goto)/ { jumps[n] = 1 }
    /(drop|reject)/ { drops[name] = 1 }
    END { for (i = 1; i <= n; i++) print "nft-input", chains[i], (shut[i] || (jumps[i] && drops[of[i]]) ? "closed" : "open") }'
}
mount_at() { awk -v p="$1" '$5 == p { for (i = 6; i <= NF; i++) if ($i == "-") t = $(i + 1) " " $(i + 2) } END { if (t) print t; exit !t }' /proc/self/mountinfo; }
look_path() {
  m=$(mount_at "$1") && echo "mounted $m"
  # Whoever touches a mount whose server is away waits for it.
  case $m in
  nfs*) limited stat -- "$1" >/dev/null 2>&1 || { echo 'path directory'; return; };;
  esac
  r=$(limited readlink -f -- "$1")
  if [ -n "$r" ] && [ "$r" != "$1" ]; then echo 'path link'
  elif [ -d "$1" ]; then
    echo 'path directory'
    echo "owner $(limited stat -c '%u %g %a' -- "$1")"
    [ -n "$(limited ls -A -- "$1" | head -n 1)" ] && echo 'holds something'
  elif [ -e "$1" ]; then echo 'path other'
  else echo 'path missing'
  fi
  d=$1
  while [ ! -e "$d" ]; do echo "absent $d"; d=$(dirname -- "$d"); done
  echo "within $(limited stat -f -c %T -- "$d")"
}
look_storage() {
  awk '{ for (i = 6; i <= NF; i++) if ($i == "-") { if ($(i + 1) ~ /^(nfs4?|ceph|fuse\.glusterfs|glusterfs|gfs2|ocfs2|cifs|gpfs|lustre|fuse\.juicefs)$/) print "storage", $(i + 1), $(i + 2), $5 } }' /proc/self/mountinfo
  for d in /sys/class/iscsi_session/*; do
    [ -r "$d/targetname" ] && echo "storage iscsi $(cat "$d/targetname") -"
  done
  for d in /sys/class/block/rbd*; do [ -e "$d" ] && echo "storage rbd /dev/$(basename "$d") -"; done
  for d in /sys/class/fc_host/*; do [ -e "$d" ] && echo "storage fc $(basename "$d") -"; done
}
towards() {
  r=$(ip -o route get "$1" 2>/dev/null)
  echo "source $(printf '%s\n' "$r" | sed -n 's/.* src \([^ ]*\).*/\1/p')"
  d=$(printf '%s\n' "$r" | sed -n 's/.* dev \([^ ]*\).*/\1/p')
  if has firewall-cmd; then
    z=$(firewall-cmd --get-zone-of-interface="$d" 2>/dev/null) || z=$(firewall-cmd --get-default-zone 2>/dev/null)
    [ -n "$z" ] && echo "zone $z"
  fi
}
resolve() { getent ahosts "$1" | sed -n 's/ .*//p' | sort -u | sed 's/^/address /'; }
`;
