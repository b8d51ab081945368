import { ofKind } from '../inventory/devices.ts';
import type { CheckReport, Finding } from '../model.ts';
import { type Check, type CheckContext, defineCheck, findingsOf, type Texts } from '../preflight/check.ts';
import { backingCheck } from '../preflight/checks/backing.ts';
import { bootFilesCheck } from '../preflight/checks/boot-files.ts';
import { bridgeCheck } from '../preflight/checks/bridge.ts';
import { copyCheck } from '../preflight/checks/copy.ts';
import { devicesCheck } from '../preflight/checks/devices.ts';
import { identityCheck } from '../preflight/checks/identity.ts';
import { machineCheck } from '../preflight/checks/machine.ts';
import { mediaCheck } from '../preflight/checks/media.ts';
import { networkCheck } from '../preflight/checks/network.ts';
import { permissionCheck } from '../preflight/checks/permission.ts';
import { secretsCheck } from '../preflight/checks/secrets.ts';
import { snapshotsCheck } from '../preflight/checks/snapshots.ts';
import { staleCheck } from '../preflight/checks/stale.ts';
import { storageCheck } from '../preflight/checks/storage.ts';
import { volumesCheck } from '../preflight/checks/volumes.ts';
import { preflight, withFindings } from '../preflight/preflight.ts';
import { fileAt } from '../storage/directory.ts';

export const offlineTexts = {
  active: {
    severity: 'blocker',
    message: '{domain} on {here} is {state}, so it can not be moved shut off',
    remedy: 'leave out --offline, or shut it down first: virsh shutdown {domain}',
  },
  saved: {
    severity: 'blocker',
    message: '{domain} on {here} has a managed save image, the memory of a guest that is to go on from it',
    remedy: 'start it and shut it down, or throw its memory away: virsh managedsave-remove {domain}',
  },
  tpm: {
    severity: 'blocker',
    message: 'what the TPM of {domain} keeps lies in files of {here} that libvirt gives no way to read',
    remedy: 'move it while it runs, without --offline: then its TPM comes along',
  },
  unseen: {
    severity: 'blocker',
    message: '{here} does not show {path}, disk {disk} of {domain}',
    remedy: 'look on {here}: ls -l {path}',
  },
  unproven: {
    severity: 'blocker',
    message: '{what}; without that nothing is moved shut off',
    remedy: 'put the disk where both hosts can be seen to share it, or in a file, which is sent',
  },
  ready: { severity: 'pass', message: '{domain} on {here} is shut off, and its disks can be read' },
} as const satisfies Texts;

const offlineCheck = defineCheck({
  subject: 'offline',
  title: 'the domain is shut off, and all of it can be read',
  texts: offlineTexts,
  async run(context, found) {
    const { source, domain, dom } = context;
    const named = { domain: domain.name, here: source.host.ref.name };
    const says = `libvirt says: ${domain.state}`;
    if (domain.state !== 'shut off') return [found('active', { ...named, state: domain.state }, says)];
    const { saved } = await source.connection.domainHasManagedSaveImage({ dom, flags: 0 });
    const [tpm] = ofKind(domain.devices, 'tpm');
    const findings = [
      ...(saved ? [found('saved', named, 'libvirt says that there is one')] : []),
      ...(tpm ? [found('tpm', named, `its description has a TPM with backend ${tpm.backend}`)] : []),
      ...(await unseenDisks(context)).map(({ disk, path, evidence }) =>
        found('unseen', { ...named, disk, path }, evidence),
      ),
    ];
    return findings.length > 0 ? findings : [found('ready', named, says)];
  },
});

/** A disk that is to be sent must be there to be read. */
async function unseenDisks({ storagePlan, source }: CheckContext) {
  const { disks } = await storagePlan();
  const seen = await Promise.all(
    disks.map(async ({ target, source: { path } }) => {
      const sight = await fileAt(source, path);
      if (sight.kind === 'seen' && sight.value !== null) return null;
      return { disk: target, path, evidence: sight.kind === 'seen' ? 'no such file' : sight.evidence };
    }),
  );
  return seen.filter((one) => one !== null);
}

/** What matters to a domain that nobody runs: where it lies, and what would keep the destination from having it. */
const offlineChecks: readonly Check[] = [
  offlineCheck,
  identityCheck,
  machineCheck,
  storageCheck,
  staleCheck,
  backingCheck,
  devicesCheck,
  volumesCheck,
  secretsCheck,
  copyCheck,
  mediaCheck,
  bootFilesCheck,
  snapshotsCheck,
  permissionCheck,
  bridgeCheck,
  networkCheck,
];

/** A running QEMU would notice that its disk is another one. Here nobody does, so a doubt about a disk is a blocker. */
export async function offlinePreflight(
  context: CheckContext,
  more: readonly Finding[] = [],
): Promise<CheckReport> {
  const report = await preflight(context, more, offlineChecks);
  const found = findingsOf('offline', offlineTexts);
  const doubts = report.findings.filter(
    ({ subject, severity }): boolean => subject === 'storage' && severity === 'warning',
  );
  const blockers: Finding[] = doubts.map(({ message, evidence }) =>
    found('unproven', { what: message }, evidence),
  );
  return withFindings(report, blockers);
}
