import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addGuest, connectHost, hostRoot, median } from '@virt-ferry/lab';
import { addressOf, type BenchLab, uriOf, withLab } from '../move/bench-lab.ts';
import { spread } from '../statistics.ts';

/** Where both hosts see the same files. */
const SHARED = '/srv/shared';
/** libvirt's `VIR_DOMAIN_START_PAUSED`. */
const START_PAUSED = 1;

/**
 * What `ferry check` costs as a fresh process: of one guest over ssh, beside one login by ssh, in turns; and of many that
 * run on a host, over tcp. The many are QEMUs of 16 MiB that were never let go, each with a disk that both hosts share.
 */
export async function benchCheck(options: { rounds: number; domains: number; json: boolean }): Promise<void> {
  const { rounds, domains, json } = options;
  const times = { login: [] as number[], one: [] as number[], many: [] as number[] };
  await withLab(async (lab) => {
    const overSsh = (host: 'alpha' | 'beta') => `qemu+ssh://root@${addressOf(host)}/system`;
    await addGuest(lab.name, { name: 'one', host: 'alpha' });
    const one = ['ferry', 'check', 'one', '--from', overSsh('alpha'), '--to', overSsh('beta'), '--json'];
    for (let round = -1; round < rounds; round++) {
      const login = await lab.timed(['ssh', `root@${addressOf('beta')}`, 'true']);
      const check = await lab.timed(one);
      if (round < 0) continue;
      times.login.push(login.ms);
      times.one.push(check.ms);
    }
    await startMany(lab, domains);
    const many = ['ferry', 'check', '--from', uriOf('alpha'), '--to', uriOf('beta'), '--json'];
    for (let round = 0; round < rounds; round++) {
      const { ms, stdout } = await lab.timed(many);
      const reports = JSON.parse(stdout) as { verdict: string }[];
      const bad = reports.filter(({ verdict }) => verdict === 'blocked').length;
      if (reports.length !== domains + 1 || bad > 0)
        throw new Error(`${reports.length} reports, ${bad} of them blocked`);
      times.many.push(ms);
    }
  });
  if (json) console.log(JSON.stringify({ rounds, domains, times }));
  else {
    const allowed = 1.5 * median(times.login) + 1000;
    console.log(`${rounds} rounds; ms: median (range)`);
    console.log(`  one login by ssh          ${spread(times.login)}`);
    console.log(
      `  ferry check, one, by ssh  ${spread(times.one)}   1.5 logins and 1 s: ${allowed.toFixed(0)}`,
    );
    console.log(`  ferry check, ${domains + 1} domains  ${spread(times.many)}`);
  }
}

async function startMany(lab: BenchLab, domains: number): Promise<void> {
  const root = await hostRoot(lab.name, 'alpha');
  const alpha = await connectHost(lab.name, 'alpha');
  try {
    const { dom } = await alpha.domainLookupByName({ name: 'one' });
    const { xml } = await alpha.domainGetXmlDesc({ dom, flags: 0 });
    const machine = /machine=['"]([^'"]+)['"]/.exec(xml)?.[1] ?? 'q35';
    for (let i = 0; i < domains; i++) {
      const name = `idle-${i}`;
      await writeFile(join(root, SHARED, `${name}.img`), Buffer.alloc(4096));
      await alpha.domainCreateXml({ xml: tinyDomain(name, machine), flags: START_PAUSED });
      if (i % 20 === 19) console.error(`lab: ${i + 1} of ${domains} domains`);
    }
  } finally {
    await alpha.close();
  }
}

function tinyDomain(name: string, machine: string): string {
  return `<domain type='qemu'><name>${name}</name><memory unit='MiB'>16</memory><vcpu>1</vcpu>
    <os><type arch='x86_64' machine='${machine}'>hvm</type></os>
    <devices><memballoon model='none'/>
      <disk type='file' device='disk'><driver name='qemu' type='raw'/>
        <source file='${SHARED}/${name}.img'/><target dev='vda' bus='virtio'/></disk>
    </devices></domain>`;
}
