import { expect, test } from 'vitest';
import { checkContext, type Situation } from '../testing/check-context.ts';
import { offlinePreflight } from './offline-check.ts';

async function ids(situation: Situation): Promise<string[]> {
  const { asked, domain, wishes } = situation;
  const context = await checkContext({
    ...situation,
    domain: { state: 'shut off', ...domain },
    wishes: { offline: true, copyStorage: 'incremental', ...wishes },
    asked: { ...asked, here: { domainHasManagedSaveImage: () => ({ saved: false }), ...asked?.here } },
  });
  Object.defineProperty(context.env, 'journal', { value: { staleDisks: () => Promise.resolve([]) } });
  const { findings } = await offlinePreflight(context);
  return findings.filter(({ subject }) => subject === 'offline').map(({ id }) => id);
}

const disk = "<disk type='file' device='disk'><source file='/disks/web.qcow2'/><target dev='vda'/></disk>";

test.each<{ so: string; situation: Situation; expected: readonly string[] }>([
  { so: 'a domain on shared disks', situation: { devices: disk }, expected: ['offline.ready'] },
  { so: 'one that runs', situation: { domain: { state: 'running' } }, expected: ['offline.active'] },
  {
    so: 'one whose memory is saved',
    situation: { asked: { here: { domainHasManagedSaveImage: () => ({ saved: true }) } } },
    expected: ['offline.saved'],
  },
  {
    so: 'one with a TPM',
    situation: { devices: "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>" },
    expected: ['offline.tpm'],
  },
  {
    so: 'a disk that is to be sent and is not there',
    situation: { devices: disk, shared: 'local' },
    expected: ['offline.unseen'],
  },
  {
    so: 'a disk of which nobody knows whether it is shared',
    situation: { devices: disk, shared: 'unproven' },
    expected: ['offline.unproven', 'offline.ready'],
  },
])('$so: $expected', async ({ situation, expected }) => {
  expect(await ids(situation)).toEqual(expected);
});
