import { readFile, writeFile } from 'node:fs/promises';
import { check } from '@virt-ferry/engine';
import { captureInHost } from '@virt-ferry/lab';
import { expect, test } from 'vitest';
import { afterwards, connectTo, env, guest, lab, request } from '../fixture.ts';
import { expectMoved, findingsFor, guestWith, virshMigrate, wishes } from './scene.ts';

/** What a guest is tied to on its host: huge pages, CPUs, NUMA nodes, a security model. */

const RESERVED = '/proc/sys/vm/nr_hugepages';

/** Huge pages belong to the machine, which all hosts of the lab share: so many are there for all of them. */
async function reserve(pages: number): Promise<void> {
  await writeFile(RESERVED, `${pages}`);
  expect(Number(await readFile(RESERVED, 'utf8'))).toBe(pages);
}

test('huge pages that the destination does not have free', async () => {
  const before = (await readFile(RESERVED, 'utf8')).trim();
  afterwards(() => writeFile(RESERVED, before));
  await reserve(32);
  const moved = await guestWith('alpha', (xml) =>
    xml.replace(
      /<memory .*<\/currentMemory>/s,
      '<memory unit="MiB">64</memory><memoryBacking><hugepages><page size="2" unit="MiB"/></hugepages><source type="memfd"/></memoryBacking>',
    ),
  );
  expect((await findingsFor(moved, 'alpha', 'beta')).of('hugepages.short')).toMatchObject([
    { severity: 'blocker', values: { size: '2048', lacking: '32' } },
  ]);
  expect(await virshMigrate(moved, 'alpha', 'beta')).toContain('Cannot allocate memory');
  const command = 'virsh allocpages --pagesize 2048 --pagecount 32 --add --all'.split(' ');
  const { exitCode, stderr } = await captureInHost(lab, 'beta', command);
  // In a lab host /sys may be read-only: then the machine's own switch.
  if (exitCode !== 0) {
    expect(stderr).not.toBe('');
    await reserve(64);
  }
  expect((await findingsFor(moved, 'alpha', 'beta')).of('hugepages.enough')).toHaveLength(1);
  await expectMoved(moved, 'alpha', 'beta');
});

test('CPUs that the destination does not have', async () => {
  // The hosts of a lab have the same CPUs, so the destination is asked what a smaller one would say.
  const moved = await guestWith('alpha', (xml) =>
    xml.replace(/<vcpu[^>]*>1<\/vcpu>/, '<vcpu>1</vcpu><cputune><vcpupin vcpu="0" cpuset="0"/></cputune>'),
  );
  expect((await findingsFor(moved, 'alpha', 'beta')).of('placement.fits')).toHaveLength(1);
  const xml = '/root/tied.xml';
  const edited = `virsh dumpxml --migratable ${moved.name} | sed 's/cpuset=.0./cpuset="63"/' > ${xml}`;
  expect((await captureInHost(lab, 'alpha', ['sh', '-c', edited])).exitCode).toBe(0);
  expect(await virshMigrate(moved, 'alpha', 'beta', {}, { xml })).toContain('cannot set CPU affinity');
  await expectMoved(moved, 'alpha', 'beta');
});

test.each([
  {
    name: 'a NUMA node',
    insert: '</vcpu>',
    element: '</vcpu><numatune><memory mode="preferred" nodeset="7"/></numatune>',
    said: 'NUMA node 7 is unavailable',
  },
  {
    name: 'a security model',
    insert: '</devices>',
    element: '</devices><seclabel type="static" model="apparmor" relabel="no"><label>x</label></seclabel>',
    said: "Security driver model 'apparmor' is not available",
  },
])('libvirt refuses $name that the destination does not have', async ({ insert, element, said }) => {
  const moved = await guest({ host: 'alpha', disk: 'none' });
  const edited = `virsh dumpxml --migratable ${moved.name} | sed 's#${insert}#${element}#' > /root/tied.xml`;
  expect((await captureInHost(lab, 'alpha', ['sh', '-c', edited])).exitCode).toBe(0);
  expect(await virshMigrate(moved, 'alpha', 'beta', {}, { xml: '/root/tied.xml' })).toContain(said);
});

test('what both hosts have is no finding', async () => {
  const moved = await guest({ host: 'alpha' });
  const { findings } = await check(request(moved, 'alpha', 'beta', wishes), env);
  expect(findings.filter(({ subject }) => ['hugepages', 'placement'].includes(subject))).toEqual([]);
  expect(findings.map(({ id }) => id)).toContain('security.same');
  const beta = await connectTo('beta');
  expect((await beta.connectGetCapabilities({})).capabilities).toContain('<cell id=');
});
