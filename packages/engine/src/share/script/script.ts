import { LOOK } from './look.ts';
import { PROBES } from './probes.ts';
import { THINGS } from './things.ts';

/** The template would take it for its own. */
const WITHOUT_DOT = '$' + '{v%.}';

/**
 * What Ferry runs on a host to make a share, by its `sh`:
 *
 * ```
 *  Ferry ── the script ─────────────────────────────────▶ sh -s
 *        ◀─ ready ───────────────────────────────────────
 *        ── 1 look /data ───────────────────────────────▶
 *        ◀─ out 1 user 0 … ─ done 1 0 ───────────────────
 *        ── 2 is service nfs-server enabled active ─────▶
 *        ◀─ done 2 1 ────────────────────────────────────   it is not
 *        ── 3 do service nfs-server enabled active ─────▶
 *        ◀─ done 3 0 ────────────────────────────────────
 *        ── end of input ───────────────────────────────▶   it ends
 * ```
 *
 * It is a constant. What it is told comes as words on its input, each written such that it is letters, digits and
 * backslashes (see host.ts), and is only ever used as a quoted variable. It stands in one function that is called by the
 * last line, as with host-shell/script.ts.
 */
export const SCRIPT = `main() {
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin:/usr/bin:/bin"
cd /
has() { command -v "$1" >/dev/null 2>&1; }
read_value() {
  case $1 in -|'') v=;; *) v=$(printf '%b.' "$1"); v=${WITHOUT_DOT};; esac
}
${LOOK}${THINGS}${PROBES}
answer() {
  case $verb in
  is)
    case $word in
    packages|absent|directory|owner|file|ports|line|reread|export|service|boolean|firewalld|ufw|nft|iptables|mounted) "is_$word";;
    *) fail 'there is no such thing';;
    esac;;
  do)
    case $word in
    packages|directory|nodirectory|owner|file|ports|nofile|line|noline|reread|export|noexport|service|off|restart|boolean|noboolean) "do_$word";;
    firewalld|nofirewalld|ufw|noufw|nft|nonft|iptables|noiptables|mounted|nomounted) "do_$word";;
    *) fail 'there is no such thing';;
    esac;;
  look)
    case $word in
    host) look;;
    storage) look_storage;;
    towards) towards "$a";;
    resolve) resolve "$a";;
    esac;;
  try)
    case $word in
    reach|rpc|put|get|drop|space|latency|lock) "$word";;
    esac;;
  esac
}
echo ready
while read -r id verb word a b c d e f g; do
  read_value "$a"; a=$v
  read_value "$b"; b=$v
  read_value "$c"; c=$v
  read_value "$d"; d=$v
  read_value "$e"; e=$v
  read_value "$f"; f=$v
  read_value "$g"; g=$v
  said=$(answer </dev/null 2>&1)
  code=$?
  [ -z "$said" ] || printf '%s\\n' "$said" | sed "s/^/out $id /"
  echo "done $id $code"
done
}
main
`;
