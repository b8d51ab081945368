import { messageOf } from '@virt-ferry/libvirt';
import type { ShareEntry } from '../journal/share-ledger.ts';
import type { ShareHost } from './host.ts';
import type { OwnShare } from './ledger.ts';
import type { StepReport } from './model.ts';
import { stepText } from './texts.ts';

type Intent = Extract<ShareEntry, { kind: 'intent' }>;

/**
 * Undoes steps, the latest first, and writes down each as it is undone; each of it is harmless where nothing was done.
 * Stops at the first that fails: what lies below may rest on it.
 */
export async function undoSteps(
  intents: readonly Intent[],
  hosts: ReadonlyMap<string, ShareHost>,
  share: OwnShare,
  onStep: (step: StepReport) => void = () => undefined,
  without: readonly string[] = [],
): Promise<{ readonly steps: StepReport[]; readonly isWhole: boolean }> {
  const steps: StepReport[] = [];
  for (const intent of intents) {
    const isGone = without.includes(intent.host.name);
    const report = isGone ? leftOut(intent) : await undoStep(intent, hosts.get(intent.host.name));
    if (report.state !== 'failed') await share.append({ kind: 'undone', of: intent.sequence });
    steps.push(report);
    onStep(report);
    if (report.state === 'failed') return { steps, isWhole: false };
  }
  return { steps, isWhole: true };
}

function about({ step, values, host }: Intent) {
  return { id: step, host: host.name, values, message: stepText({ id: step, values }) };
}

function leftOut(intent: Intent): StepReport {
  return { ...about(intent), state: 'kept', said: 'this host is left out' };
}

async function undoStep(intent: Intent, host: ShareHost | undefined): Promise<StepReport> {
  const { step } = intent;
  if (host === undefined) return { ...about(intent), state: 'failed', said: 'this host is not known here' };
  const kept: string[] = [];
  try {
    for (const thing of intent.undo) {
      const { isSo, lines } = await host.do(thing);
      if (!isSo) return { ...about(intent), state: 'failed', said: lines.at(-1) ?? '' };
      kept.push(...lines.flatMap((line) => (line.startsWith('kept ') ? [line.slice(5)] : [])));
    }
  } catch (error) {
    return { ...about(intent), state: 'failed', said: messageOf(error) };
  }
  const [why] = kept;
  // Packages have nothing to undo that would remove them.
  if (why === undefined && step === 'packages')
    return { ...about(intent), state: 'kept', said: 'packages stay' };
  return why === undefined
    ? { ...about(intent), state: 'undone' }
    : { ...about(intent), state: 'kept', said: why };
}
