/**
 * Programs that stand in for those of another distribution, or that would touch this machine: each keeps a small state in
 * `/state` and writes how it was called into `/state/calls`. `ip`, `nft`, `iptables`, `mkdir` and their like are the
 * real ones.
 */
const each = `#!/bin/sh
me=$(basename "$0")
printf '%s\\n' "$me $*" >>/state/calls
`;

/** \`enabled active\` stands in a file of the unit's name. */
const systemctl = `${each}
verb=$1; shift
name() { case $1 in *.*) echo "$1";; *) echo "$1.service";; esac; }
unit=$(name "$1")
f=/state/units/$unit
exists() { [ -f "$f" ] || [ -f "/etc/systemd/system/$unit" ]; }
e=disabled a=inactive
[ -f "$f" ] && read -r e a <"$f"
save() { exists || exit 5; echo "$e $a" >"$f"; }
started() {
  case $unit in
  nfs-server.service) [ -f /state/listener ] || { setsid python3 /stubs/listen.py >/dev/null 2>&1 </dev/null & echo $! >/state/listener; sleep 0.3; };;
  *.mount)
    w=$(sed -n 's/^Where=//p' "/etc/systemd/system/$unit")
    mountpoint -q "$w" || /usr/bin/mount -t tmpfs "$(sed -n 's/^What=//p' "/etc/systemd/system/$unit")" "$w";;
  esac
}
stopped() {
  case $unit in
  nfs-server.service) [ -f /state/listener ] && kill "$(cat /state/listener)"; rm -f /state/listener;;
  *.mount) w=$(sed -n 's/^Where=//p' "/etc/systemd/system/$unit"); mountpoint -q "$w" && umount "$w";;
  esac
}
case $verb in
show)
  if [ "$2" = ActiveEnterTimestamp ]; then cat "/state/since-$(name "$4")" 2>/dev/null; exit; fi
  shift 3
  for one in "$@"; do
    n=$(name "$one") e= a=inactive
    [ -f "/etc/systemd/system/$n" ] && e=disabled
    [ -f "/state/units/$n" ] && read -r e a <"/state/units/$n"
    printf 'Id=%s\\nUnitFileState=%s\\nActiveState=%s\\n\\n' "$n" "$e" "$a"
  done;;
enable) e=enabled; save;;
disable) e=disabled; save;;
start) a=active; save && started;;
stop) a=inactive; save && stopped; true;;
restart) a=active; save; date >"/state/since-$unit";;
daemon-reload) ;;
esac
`;

const listen = `import socket
s = socket.create_server(("0.0.0.0", 2049), reuse_port=True)
while True:
    s.accept()[0].close()
`;

/** What a package brings: units, on or off. */
const install = `
[ "$1" = update ] && exit
while [ "$1" != install ]; do shift; done
shift
for p in "$@"; do
  : >"/state/packages/$p"
  case $p in
  nfs-kernel-server) brings='nfs-server.service:enabled:active rpcbind.service:enabled:active rpcbind.socket:enabled:active';;
  nfs-common) brings='rpcbind.socket:enabled:active';;
  nfs-utils) brings='nfs-server.service:disabled:inactive rpcbind.socket:disabled:inactive';;
  esac
  for b in $brings; do
    n=$(echo "$b" | cut -d : -f 1)
    [ -f "/state/units/$n" ] && continue
    echo "$(echo "$b" | cut -d : -f 2) inactive" >"/state/units/$n"
    [ "$(echo "$b" | cut -d : -f 3)" = active ] && /stubs/systemctl start "$n"
  done
done
true
`;

const exportfs = `${each}
case $1 in
-r) cat /etc/exports /etc/exports.d/*.exports 2>/dev/null | grep '^/' >/state/etab; true;;
-s) sed 's/ /  /' /state/etab 2>/dev/null;;
esac
`;

const firewallCmd = `${each}
where=runtime zone=public
for one in "$@"; do
  case $one in
  --permanent) where=permanent;;
  --zone=*) zone=$(echo "$one" | cut -d = -f 2);;
  --state) echo running; exit;;
  --get-zone-of-interface=*) echo internal; exit;;
  --query-rich-rule=*) grep -qxF -e "$(echo "$one" | cut -d = -f 2-)" "/state/firewalld-$where-$zone" 2>/dev/null; exit;;
  --add-rich-rule=*) echo "$one" | cut -d = -f 2- >>"/state/firewalld-$where-$zone"; exit;;
  --remove-rich-rule=*)
    f=/state/firewalld-$where-$zone
    grep -vxF -e "$(echo "$one" | cut -d = -f 2-)" "$f" >"$f.new"; mv "$f.new" "$f"; [ -s "$f" ] || rm "$f"; exit;;
  esac
done
exit 2
`;

const ufw = `${each}
[ "$1" = --force ] && shift
case $1 in
status) echo 'Status: active';;
show) echo 'Added user rules (see status):'; cat /state/ufw 2>/dev/null;;
allow) echo "ufw allow from $3 to any port $7 proto $9 comment '\${11}'" >>/state/ufw;;
delete) grep -vF -e "from $4 to any port $8 proto \${10} " /state/ufw >/state/ufw.new; mv /state/ufw.new /state/ufw; [ -s /state/ufw ] || rm /state/ufw;;
esac
`;

const selinux = `${each}
case $me in
getenforce) echo Enforcing;;
getsebool) echo "$1 --> $(cat "/state/boolean-$1" 2>/dev/null || echo off)";;
setsebool) if [ "$3" = on ]; then echo on >"/state/boolean-$2"; else rm -f "/state/boolean-$2"; fi;;
esac
`;

/** From fstab, and what is mounted is a file system in memory by the name of the share. */
const mount = `${each}
[ "$1" = -- ] && shift
exec /usr/bin/mount -t tmpfs "$(awk -v p="$1" '$2 == p { print $1 }' /etc/fstab)" "$1"
`;

const none = '#!/bin/sh\nexit 127\n';

const libvirtd = `${each}
echo 'libvirtd (libvirt) 11.3.0'
`;

/** Those that every machine has. */
export const common: Readonly<Record<string, string>> = {
  systemctl,
  exportfs,
  libvirtd,
  mount,
  'listen.py': listen,
};

export const dnf: Readonly<Record<string, string>> = {
  dnf: `${each}${install}`,
  rpm: '#!/bin/sh\n[ -f "/state/packages/$2" ]\n',
  'dpkg-query': none,
};

export const apt: Readonly<Record<string, string>> = {
  'apt-get': `${each}${install}`,
  'dpkg-query': '#!/bin/sh\n[ -f "/state/packages/$2" ] && echo "Status: install ok installed"\n',
};

export const withFirewalld: Readonly<Record<string, string>> = { 'firewall-cmd': firewallCmd };
export const withUfw: Readonly<Record<string, string>> = { ufw };
export const withSelinux: Readonly<Record<string, string>> = {
  getenforce: selinux,
  getsebool: selinux,
  setsebool: selinux,
};
