/** What `ferry share status` tries: all of it in files of its own, which it removes. `$a` is the directory, `$b` the file. */
export const PROBES = `
reach() {
  has bash && has timeout || { echo 'reach unknown'; return; }
  v=$(timeout 3 bash -c ': <"/dev/tcp/$1/$2"' bash "$a" "$b" 2>&1) && { echo 'reach open'; return; }
  [ $? = 124 ] && { echo 'reach timeout'; return; }
  case $v in
  *refused*) v=refused;; *unreachable*|*'No route'*) v=unreachable;;
  *'not known'*|*'in name resolution'*|*'No address'*) v=unresolved;; *) v=unknown;;
  esac
  echo "reach $v"
}
rpc() {
  has rpcinfo || { echo 'rpc unknown'; return; }
  if limited rpcinfo -T tcp "$a" nfs >/dev/null 2>&1; then echo 'rpc open'; else echo 'rpc closed'; fi
}
# Others must be able to read it: root, who writes it on the server, is not root on the clients.
put() { (umask 022 && printf %s "$c" >"$a/$b") || exit 1; sync -- "$a/$b" 2>/dev/null; true; }
get() { [ -f "$a/$b" ] || { ls -- "$a" >/dev/null; }; [ -f "$a/$b" ] && echo "holds $(head -c 200 -- "$a/$b")" && echo "owner $(stat -c '%u %g' -- "$a/$b")"; }
drop() { rm -f -- "$a/$b"; }
space() { limited df -P -k -- "$a" | awk 'NR == 2 { print "space", $2, $4 }'; }
latency() {
  s=$(date +%s%N)
  dd if=/dev/zero of="$a/$b" bs=4096 count=20 conv=notrunc oflag=dsync 2>/dev/null || fail 'it cannot be written'
  echo "latency $(( ($(date +%s%N) - s) / 20000 ))"
}
lock_program='
import fcntl, os, sys, time
path, hold_s = sys.argv[1], float(sys.argv[2])
r, w = os.pipe()
if hold_s and os.fork():
    os.close(w)
    print("lock", os.read(r, 9).decode() or "none")
    sys.exit()
f = open(path, "r+")
try:
    fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
    got = "held"
except OSError as e:
    got = "taken" if e.errno in (11, 13) else "none"
if not hold_s:
    print("lock", got)
    sys.exit()
os.write(w, got.encode())
os.close(w)
null = os.open("/dev/null", os.O_RDWR)
for fd in (0, 1, 2):
    os.dup2(null, fd)
# Until the file is removed: how long the other side takes to try depends on its machine.
end = time.monotonic() + hold_s
while got == "held" and os.path.exists(path) and time.monotonic() < end:
    time.sleep(0.1)
'
lock() { has python3 || { echo 'lock unknown'; return; }; limited python3 -c "$lock_program" "$a/$b" "$c"; }
`;
