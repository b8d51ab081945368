/**
 * Holds the vCPUs of a guest back, on its host: through the CPU controller of the control groups that libvirt made for
 * them, version 1 or 2, found by the threads that QEMU names "CPU n/…". It never outlives whoever asked for it: what was
 * set before is put back when the input ends, when nothing has been heard for ten seconds, and when it is told to end.
 * bash, since only its `read` gives up in time; within single quotes, so there are none in it.
 *
 *   (begin) ──► name?        (only now is anybody listening: some sh read ahead of what they run)
 *   NAME ──► ready COUNT, or: none WHY
 *   hold QUOTA PERIOD ──► held, or: failed      (microseconds)
 *   stay                                        (it is still wanted)
 *   free ──► freed
 */
export const BRAKE_SCRIPT = `exec bash -c '
LC_ALL=C
echo "name?"
IFS= read -r name
pid=$(cat "/run/libvirt/qemu/$name.pid" 2>/dev/null) || { echo "none libvirt names no QEMU of it"; exit; }
files=() before=() vcpus=0
for task in /proc/"$pid"/task/*; do
  read -r comm 2>/dev/null <"$task/comm" || continue
  case $comm in "CPU "*/*) ;; *) continue;; esac
  vcpus=$((vcpus + 1))
  while IFS=: read -r _ controllers path; do
    case "$path" in */vcpu[0-9]*) ;; *) continue;; esac
    for file in "/sys/fs/cgroup/cpu,cpuacct$path/cpu.cfs_quota_us" "/sys/fs/cgroup/cpu$path/cpu.cfs_quota_us" "/sys/fs/cgroup$path/cpu.max"; do
      case ",$controllers," in
        *,cpu,*) case $file in *quota_us) ;; *) continue;; esac;;
        ,,) case $file in *max) ;; *) continue;; esac;;
        *) continue;;
      esac
      [ -w "$file" ] && { files+=("$file"); break; }
    done
  done 2>/dev/null <"$task/cgroup"
done
[ "$vcpus" -gt 0 ] && [ "\${#files[@]}" = "$vcpus" ] ||
  { echo "none \${#files[@]} of its $vcpus vCPUs have a control group of their own"; exit; }
for file in "\${files[@]}"; do
  case $file in
    *max) before+=("$(cat "$file")");;
    *) before+=("$(cat "$file") $(cat "\${file%quota_us}period_us")");;
  esac
done
put() {
  case $1 in
    *max) echo "$2 $3" >"$1";;
    *) echo -1 >"$1"; echo "$3" >"\${1%quota_us}period_us"; echo "$2" >"$1";;
  esac
} 2>/dev/null
hold() {
  local file
  for file in "\${files[@]}"; do put "$file" "$1" "$2" || return; done
}
free() {
  local i
  for i in "\${!files[@]}"; do put "\${files[i]}" \${before[i]}; done
}
trap free EXIT
trap exit HUP INT TERM
echo "ready $vcpus"
while read -r -t 10 word quota period; do
  case $word in
    hold) if hold "$quota" "$period"; then echo held; else echo failed; fi;;
    free) free; echo freed; trap - EXIT; exit;;
  esac
done
'
`;
