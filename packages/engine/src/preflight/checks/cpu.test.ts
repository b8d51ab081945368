import { ErrorNumber, RemoteError } from '@virt-ferry/libvirt';
import { describe, expect, test } from 'vitest';
import { checkContext, type Situation } from '../../testing/check-context.ts';
import { preflight } from '../preflight.ts';

const incompatible = (features: string) => () => {
  const message = `the CPU is incompatible with host CPU: Host CPU does not provide required features: ${features}`;
  const detail = { domain: 31, level: 2, message, details: [] };
  throw new RemoteError({ number: ErrorNumber.cpuIncompatible, ...detail });
};

async function findings(subject: string, situation: Situation) {
  const report = await preflight(await checkContext(situation));
  return report.findings.filter((finding) => finding.subject === subject);
}

describe('a CPU that does not fit', () => {
  const more = `<cpu mode='custom' match='exact'><model>Skylake-Server</model></cpu>`;
  const hostModel = `<domainCapabilities><cpu><mode name='host-passthrough'/><mode name='host-model'><model>EPYC</model><feature policy='require' name='ss'/></mode></cpu></domainCapabilities>`;
  const connectGetDomainCapabilities = () => ({ capabilities: hostModel });
  const connectCompareHypervisorCpu = incompatible('hle, rtm, avx512f');

  test('names what lacks, and a model that both have', async () => {
    const compared: string[] = [];
    const there = {
      connectGetDomainCapabilities,
      connectCompareHypervisorCpu,
      connectBaselineHypervisorCpu: ({ xmls }: { readonly xmls: readonly string[] }) => {
        compared.push(...xmls);
        return {
          cpu: `<cpu><model>Opteron_G4</model><feature policy='require' name='fma'/><feature policy='disable' name='svm'/><feature policy='disable' name='xop'/></cpu>`,
        };
      },
    };
    const [found] = await findings('cpu', { more, asked: { there } });
    expect(found).toMatchObject({
      id: 'cpu.incompatible',
      severity: 'blocker',
      message: 'beta lacks CPU features that web-3 sees: hle, rtm, avx512f',
    });
    expect(found?.fix?.command).toContain('the CPU model Opteron_G4 without svm, xop, which both hosts have');
    expect(compared[0]).toContain('Skylake-Server');
    expect(compared[1]).toBe(
      `<cpu mode="custom" match="exact"><model>EPYC</model><feature policy="require" name="ss"/></cpu>`,
    );
  });

  test('is a finding also where no model can be named', async () => {
    const there = { connectGetDomainCapabilities, connectCompareHypervisorCpu };
    const [found] = await findings('cpu', { more, asked: { there } });
    expect(found).toMatchObject({ id: 'cpu.incompatible', severity: 'blocker' });
    expect(found?.fix?.command).toContain('a CPU model that both hosts have');
  });
});

describe('a CPU that is passed through', () => {
  const more = `<cpu mode='host-passthrough' migratable='on'/>`;
  const capabilities = (model: string) => ({
    connectGetCapabilities: () => ({
      capabilities: `<capabilities><host><cpu><arch>x86_64</arch><model>${model}</model></cpu></host></capabilities>`,
    }),
  });
  const answer = (result: number) => () => ({ result });
  test.each([
    { there: answer(1), here: answer(1), found: ['passthrough.same: notice'] },
    { there: answer(2), here: incompatible('avx2'), found: ['passthrough.richer: warning'] },
    { there: incompatible('avx2'), here: answer(2), found: ['passthrough.lacking: blocker'] },
    {
      there: () => {
        throw new Error('unknown CPU model');
      },
      here: answer(1),
      found: ['passthrough.unknown: warning'],
    },
  ])('is compared host with host: $found', async ({ there, here, found }) => {
    const asked = {
      here: { ...capabilities('Broadwell'), connectCompareCpu: here },
      there: { ...capabilities('Skylake'), connectCompareCpu: there },
    };
    const all = await findings('passthrough', { more, asked });
    expect(all.map(({ id, severity }) => `${id}: ${severity}`)).toEqual(found);
    // libvirt would call it a superset, whatever the host.
    expect(await findings('cpu', { more, asked })).toEqual([]);
  });

  test('with what can not be moved is said', async () => {
    const asked = {
      here: { ...capabilities('Broadwell'), connectCompareCpu: answer(1) },
      there: { ...capabilities('Broadwell'), connectCompareCpu: answer(1) },
    };
    const all = await findings('passthrough', { more: more.replace("'on'", "'off'"), asked });
    expect(all.map(({ id }) => id)).toEqual(['passthrough.unmovable', 'passthrough.same']);
  });
});

describe('the way there and back', () => {
  const bookworm = { libvirtVersion: 9_000_000, hypervisorVersion: 7_002_022 };
  const trixie = { libvirtVersion: 11_003_000, hypervisorVersion: 10_000_013 };
  const mended = { libvirtVersion: 11_010_000, hypervisorVersion: 10_001_000 };
  const cores = `<cpu><model>Nehalem</model><topology sockets='1' dies='1' cores='2' threads='1'/></cpu>`;
  const sockets = `<cpu><model>Nehalem</model><topology sockets='2' dies='1' cores='1' threads='1'/></cpu>`;
  const back = 'return.back-is-backwards';
  test.each([
    { what: 'equals', here: bookworm, there: bookworm, more: cores, found: ['return.possible'] },
    { what: 'to newer', here: bookworm, there: trixie, more: sockets, found: [back] },
    { what: 'to older', here: trixie, there: bookworm, more: sockets, found: ['return.backwards'] },
    {
      what: 'to QEMU 10 with cores',
      here: bookworm,
      there: trixie,
      more: cores,
      found: ['return.ht-there', 'return.ht-back', back],
    },
    {
      what: 'from QEMU 10 with cores',
      here: trixie,
      there: bookworm,
      more: cores,
      found: ['return.ht-there', 'return.ht-back', 'return.backwards'],
    },
    {
      what: 'to a libvirt that knows it',
      here: bookworm,
      there: mended,
      more: cores,
      found: ['return.ht-back', back],
    },
    {
      what: 'from the one QEMU that sends a register too many',
      here: { libvirtVersion: 9_003_000, hypervisorVersion: 8_000_000 },
      there: bookworm,
      more: sockets,
      found: ['return.pcie-there', 'return.backwards'],
    },
    {
      what: 'to it, and not back',
      here: bookworm,
      there: { libvirtVersion: 9_003_000, hypervisorVersion: 8_000_000 },
      more: sockets,
      found: ['return.pcie-back', back],
    },
    { what: 'among QEMUs that tell', here: trixie, there: mended, more: cores, found: [back] },
  ])('$what', async ({ here, there, more, found }) => {
    const all = await findings('return', { here, there, more });
    expect(all.map(({ id }) => id)).toEqual(found);
    expect(all[0]?.evidence).toContain('machine pc-q35-7.2');
  });
});
