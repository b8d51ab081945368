import { captureInHost } from '@virt-ferry/lab';
import { type HostName, hostNames, type Stage } from '../stage.ts';

/** All that a move could leave on a host, a line each. */
export type Traces = readonly string[];
export type Snapshot = Readonly<Record<HostName, Traces>>;

const LOOK = `
find /var/lib/libvirt/images /srv/shared /run/libvirt/qemu /var/lib/libvirt/qemu -mindepth 1 -maxdepth 1 \\
  -not -name 'qmp*' 2>/dev/null
virsh -q list --all --name | sed -n 's/^./domain &/p'
virsh -q pool-list --all --name | sed -n 's/^./pool &/p'
nft list tables | sed 's/^/firewall /'
grep -sl '^qemu-system' /proc/[0-9]*/comm | while read -r comm; do
  tr '\\0' ' ' 2>/dev/null < "\${comm%comm}cmdline" | sed -n 's/.* guest=\\([^,]*\\),.*/process \\1/p'
done`;

/** Looks at both hosts from inside, with other eyes than Ferry's. */
export async function takeSnapshot({ lab }: Stage): Promise<Snapshot> {
  const look = async (host: HostName) => {
    const { stdout } = await captureInHost(lab, host, ['sh', '-c', LOOK]);
    return stdout
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .sort();
  };
  const [alpha, beta] = await Promise.all(hostNames.map(look));
  return { alpha: alpha ?? [], beta: beta ?? [] };
}
