/**
 * The things that Ferry makes on a host, and those that bring back what was before. `is_X` asks whether it is so, `do_X`
 * makes it so; both may be said again. What somebody else has changed meanwhile is left, and `kept WHY` says so.
 */
export const THINGS = String.raw`
kept() { echo "kept $1"; exit 0; }
fail() { echo "$1"; exit 1; }

is_packages() { for p in "$b" "$c"; do [ -z "$p" ] || installed "$p" || return 1; done; }
do_packages() {
  set -- "$b"; [ -n "$c" ] && set -- "$b" "$c"
  if [ "$a" = dnf ]; then dnf -y install "$@" || exit 1
  else
    export DEBIAN_FRONTEND=noninteractive
    apt-get -y --no-install-recommends install "$@" && return
    apt-get update && apt-get -y --no-install-recommends install "$@" || exit 1
  fi
}

is_absent() { [ ! -e "$a" ] && [ ! -L "$a" ]; }

is_directory() { [ -d "$a" ]; }
do_directory() {
  [ -d "$a" ] && return
  mkdir -- "$a" && chown -- "$b:$c" "$a" && chmod -- "$d" "$a"
}
do_nodirectory() {
  mount_at "$a" >/dev/null && kept 'something is mounted there'
  [ -d "$a" ] || return 0
  rmdir -- "$a" 2>/dev/null || kept 'it is not empty'
}

is_owner() { [ "$(stat -c '%u %g %a' -- "$a")" = "$b $c $d" ]; }
do_owner() { [ -d "$a" ] || return 0; chown -- "$b:$c" "$a" && chmod -- "$d" "$a"; }

is_file() { [ -f "$a" ] && [ ! -L "$a" ] && [ "$(cat -- "$a"; echo .)" = "$b." ]; }
do_file() {
  is_file && return
  [ -e "$a" ] && fail 'it is there already, and holds something else'
  (umask 022 && printf %s "$b" >"$a.ferry-new") || exit 1
  sync -- "$a.ferry-new" 2>/dev/null
  mv -- "$a.ferry-new" "$a"
}
do_nofile() {
  rm -f -- "$a.ferry-new"
  [ -e "$a" ] || return 0
  is_file || kept 'it was changed'
  rm -- "$a"
}

is_ports() { is_file; }
do_ports() { do_file && a=nfs-server && do_restart; }

is_line() { grep -qxF -e "$b" -- "$a"; }
do_line() {
  is_line 2>/dev/null && return
  if [ -z "$(tail -c 1 -- "$a" 2>/dev/null)" ]; then printf '%s\n' "$b" >>"$a"; else printf '\n%s\n' "$b" >>"$a"; fi
}
# What reads the file when it starts has read it as it is now.
is_reread() {
  changed=$(stat -c %Y -- "$a") || return
  for d in "$b" "$c"; do
    unit_of "$d"
    [ "$s" = active ] || continue
    since=$(date -d "$(systemctl show -p ActiveEnterTimestamp --value "$u")" +%s) && [ "$since" -ge "$changed" ] || return 1
  done
}
do_reread() {
  for d in "$b" "$c"; do
    unit_of "$d"
    [ "$s" != active ] || systemctl restart "$u" || exit 1
  done
}
do_noline() {
  is_line 2>/dev/null || return 0
  cp -p -- "$a" "$a.ferry-new" || exit 1
  grep -vxF -e "$b" -- "$a" >"$a.ferry-new"
  [ $? -le 1 ] || exit 1
  # It did not end with a newline before.
  if [ "$c" = unended ]; then w=$(cat -- "$a.ferry-new") && printf %s "$w" >"$a.ferry-new" || exit 1; fi
  mv -- "$a.ferry-new" "$a"
}

# The file is $a, what it holds is $b; it gives the directory $c to $d.
is_export() {
  is_file || return 1
  exportfs -s 2>/dev/null | awk -v p="$c" -v h="$d(" '$1 == p && index($2, h) == 1 { ok = 1 } END { exit !ok }'
}
do_export() { do_file && exportfs -r; }
do_noexport() {
  rm -f -- "$a.ferry-new"
  if [ -e "$a" ] && ! is_file; then kept 'it was changed'; fi
  rm -f -- "$a" || exit 1
  if has exportfs; then exportfs -r; fi
}

is_service() {
  unit_of "$a"
  case $e in absent) [ "$b" = disabled ] && [ "$c" = inactive ] && return; return 1;;
  static|indirect|generated|alias) ;;
  *) [ "$e" = "$b" ] || return 1;;
  esac
  [ "$s" = "$c" ]
}
# systemd sets services of type oneshot, as nfs-server is one, no limit: whatever they wait for is said after five minutes.
start_unit() {
  if has timeout; then timeout 300 systemctl start "$1"; else systemctl start "$1"; fi
  case $? in 0) return;; 124) ;; *) exit 1;; esac
  w=$(systemctl list-jobs --no-legend 2>/dev/null | awk '$NF == "running" { print $2 }' | head -n 3 | tr '\n' ' ')
  fail "$1 has not started within 5 minutes; still starting: $w"
}
do_service() {
  systemctl daemon-reload
  unit_of "$a"
  [ "$e" = absent ] && [ "$b" = disabled ] && return
  if [ "$c" = active ]; then start_unit "$u"; else systemctl stop "$u" || exit 1; fi
  case $e in static|indirect|generated|alias) return;; esac
  case $b in
  enabled) systemctl enable "$u";;
  masked) systemctl mask "$u";;
  *) systemctl disable "$u";;
  esac
}
# Turned off again, unless something else on this host needs it meanwhile.
needed() {
  has exportfs && [ -n "$(exportfs -s 2>/dev/null)" ] && return
  awk '{ for (i = 6; i <= NF; i++) if ($i == "-" && $(i + 1) ~ /^nfs4?$/) ok = 1 } END { exit !ok }' /proc/self/mountinfo
}
needed_by() { has exportfs && exportfs -s 2>/dev/null | awk -v h="$1(" 'index($2, h) == 1 { ok = 1 } END { exit !ok }'; }
do_off() { is_service && return; needed && kept 'something else needs it'; do_service; }
do_restart() { unit_of "$a"; [ "$s" = active ] || return 0; systemctl restart "$u"; }

is_boolean() { [ "$(getsebool "$a" 2>/dev/null)" = "$a --> $b" ]; }
do_boolean() { setsebool -P "$a" "$b"; }
do_noboolean() { needed && kept 'something else needs it'; has setsebool || return 0; setsebool -P "$a" off; }

is_firewalld() {
  firewall-cmd --zone="$a" --query-rich-rule="$b" >/dev/null 2>&1 &&
  firewall-cmd --permanent --zone="$a" --query-rich-rule="$b" >/dev/null 2>&1
}
do_firewalld() {
  firewall-cmd --permanent --zone="$a" --add-rich-rule="$b" >/dev/null || exit 1
  firewall-cmd --zone="$a" --add-rich-rule="$b" >/dev/null
}
# The rule is $b, for the address $c.
do_nofirewalld() {
  has firewall-cmd || return 0
  needed_by "$c" && kept 'something else needs it'
  if firewall-cmd --permanent --zone="$a" --query-rich-rule="$b" >/dev/null 2>&1; then
    firewall-cmd --permanent --zone="$a" --remove-rich-rule="$b" >/dev/null || exit 1
  fi
  if firewall-cmd --zone="$a" --query-rich-rule="$b" >/dev/null 2>&1; then
    firewall-cmd --zone="$a" --remove-rich-rule="$b" >/dev/null
  fi
}

# From $a to port $b by $c; $d marks it as Ferry's.
is_ufw() { ufw show added 2>/dev/null | grep -q -E -e "^ufw allow from $a to any port $b proto $c( |\$)"; }
do_ufw() { ufw allow from "$a" to any port "$b" proto "$c" comment "$d" >/dev/null; }
do_noufw() {
  has ufw && is_ufw || return 0
  needed_by "$a" && kept 'something else needs it'
  ufw --force delete allow from "$a" to any port "$b" proto "$c" >/dev/null
}

# In the chain $c of the table $b of the family $a, from $d to port $e by $f; $g marks it as Ferry's.
family_of() { case $1 in *:*) i=ip6;; *) i=ip;; esac; }
is_nft() { nft list chain "$a" "$b" "$c" 2>/dev/null | grep -F -e "comment \"$g\"" | grep -F -e " saddr $d " | grep -qF -e "$f dport $e "; }
do_nft() {
  is_nft && return
  family_of "$d"
  nft insert rule "$a" "$b" "$c" "$i" saddr "$d" "$f" dport "$e" accept comment "\"$g\""
}
do_nonft() {
  has nft || return 0
  nft -a list chain "$a" "$b" "$c" 2>/dev/null | grep -F -e "comment \"$g\"" | grep -F -e " saddr $d " | grep -F -e "$f dport $e " |
    sed -n 's/.* # handle \([0-9]*\)$/\1/p' | while read -r h; do nft delete rule "$a" "$b" "$c" handle "$h" || exit 1; done
}

tables_of() { case $1 in *:*) i=ip6tables;; *) i=iptables;; esac; }
is_iptables() { tables_of "$a"; "$i" -w -C INPUT -s "$a" -p "$c" --dport "$b" -m comment --comment "$d" -j ACCEPT 2>/dev/null; }
do_iptables() { is_iptables && return; "$i" -w -I INPUT -s "$a" -p "$c" --dport "$b" -m comment --comment "$d" -j ACCEPT; }
do_noiptables() {
  tables_of "$a"
  has "$i" || return 0
  while is_iptables; do "$i" -w -D INPUT -s "$a" -p "$c" --dport "$b" -m comment --comment "$d" -j ACCEPT || exit 1; done
}

is_mounted() { mount_at "$a" >/dev/null; }
do_mounted() { is_mounted || mount -- "$a"; }
do_nomounted() { is_mounted || return 0; umount -- "$a"; }
`;
