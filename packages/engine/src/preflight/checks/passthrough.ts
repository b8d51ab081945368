import { CompareCpuFlag, CpuCompare, ErrorNumber, isRemote } from '@virt-ferry/libvirt';
import { ofKind } from '../../inventory/devices.ts';
import { first, parseXml, serialize } from '../../inventory/xml.ts';
import { defineCheck, type Side } from '../check.ts';

/**
 * A guest that sees the CPU of its host as it is. libvirt checks nothing then, and the guest goes on with what it has
 * found: where the other host lacks some of it, the guest fails some time after the move (libvirt's formatdomain on
 * host-passthrough). So the CPUs of both hosts are compared, both ways, for the way back counts too.
 */
export const passthroughCheck = defineCheck({
  subject: 'passthrough',
  title: 'both hosts have the same CPU for a guest that sees it as it is',
  texts: {
    lacking: {
      severity: 'blocker',
      message: '{domain} sees the CPU of {here} as it is ({mode}), and {there} has a lesser one',
      remedy: 'give {domain} a CPU model that both hosts have (virsh edit {domain}) and restart it',
    },
    richer: {
      severity: 'warning',
      message:
        '{domain} sees the CPU of {here} as it is ({mode}); {there} has more, and once restarted there it may not come back',
      remedy: 'give {domain} a CPU model that both hosts have (virsh edit {domain}) and restart it',
    },
    unknown: {
      severity: 'warning',
      message:
        '{domain} sees the CPU of {here} as it is ({mode}), and it could not be compared with that of {there}',
      remedy: 'compare the CPUs, microcode and kernels of both hosts by hand: lscpu, uname -r',
    },
    unmovable: {
      severity: 'warning',
      message: '{domain} sees also what cannot be moved of the CPU of {here} (migratable is off)',
      remedy: "set migratable='on' in <cpu> (virsh edit {domain}) and restart it",
    },
    same: {
      severity: 'notice',
      message:
        '{domain} sees the CPU of {here} as it is ({mode}); libvirt finds that of {there} the same, but does not see its microcode and kernel',
    },
  },
  async run({ source, destination, domain }, found) {
    const [cpu] = ofKind(domain.devices, 'cpu');
    if (cpu?.mode !== 'host-passthrough' && cpu?.mode !== 'maximum') return [];
    const named = {
      ...{ domain: domain.name, mode: cpu.mode },
      ...{ here: source.host.ref.name, there: destination.host.ref.name },
    };
    const unmovable = cpu.migratable
      ? []
      : [
          found(
            'unmovable',
            { domain: domain.name, here: named.here },
            `its description has migratable='off'`,
          ),
        ];
    const [there, back] = await Promise.all([compare(source, destination), compare(destination, source)]);
    const evidence = `CPU of ${named.here} on ${named.there}: ${there.says}; of ${named.there} on ${named.here}: ${back.says}`;
    const id =
      there.fits === null ? 'unknown' : !there.fits ? 'lacking' : back.fits === false ? 'richer' : 'same';
    return [found(id, named, evidence), ...unmovable];
  },
});

interface Comparison {
  /** `null`: can't be known. */
  readonly fits: boolean | null;
  readonly says: string;
}

/** Whether a host has all that the CPU of another has. */
async function compare(of: Side, on: Side): Promise<Comparison> {
  const { capabilities } = await of.connection.connectGetCapabilities({});
  const cpu = first(parseXml(capabilities, `the capabilities of ${of.host.ref.name}`), 'host/cpu');
  if (cpu === null) return { fits: null, says: 'its capabilities name no CPU' };
  try {
    const asked = { xml: serialize(cpu), flags: CompareCpuFlag.failIncompatible };
    const { result } = await on.connection.connectCompareCpu(asked);
    const fits = result === CpuCompare.identical || result === CpuCompare.superset;
    return { fits, says: result === CpuCompare.identical ? 'identical' : fits ? 'superset' : 'incompatible' };
  } catch (error) {
    if (!isRemote(error)) throw error;
    return { fits: error.number === ErrorNumber.cpuIncompatible ? false : null, says: error.message };
  }
}
