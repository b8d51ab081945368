import { addGuest, median } from '@virt-ferry/lab';
import { spread } from '../statistics.ts';
import { uriOf, withLab } from './bench-lab.ts';

/** `ferry list` on one host against `virsh list`, as fresh processes in turns. */
export async function benchList({ rounds, json }: { rounds: number; json: boolean }): Promise<void> {
  const times: Record<'ferry' | 'virsh', number[]> = { ferry: [], virsh: [] };
  await withLab(async (lab) => {
    await addGuest(lab.name, { name: 'one', host: 'alpha', disk: 'none' });
    for (let round = -1; round < rounds; round++) {
      const ferry = await lab.timed(['ferry', 'list', '--host', 'alpha']);
      const virsh = await lab.timed(['virsh', '-c', uriOf('alpha'), 'list', '--all']);
      if (round < 0) continue;
      times.ferry.push(ferry.ms);
      times.virsh.push(virsh.ms);
    }
  });
  if (json) console.log(JSON.stringify({ rounds, times }));
  else {
    const ratio = (median(times.ferry) / median(times.virsh)).toFixed(1);
    console.log(`one host over tcp, ${rounds} rounds in turns; ms: median (range)`);
    console.log(
      `  ferry list ${spread(times.ferry)}   virsh list ${spread(times.virsh)}   ferry/virsh ${ratio}`,
    );
  }
}
