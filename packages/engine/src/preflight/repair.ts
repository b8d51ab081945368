import { messageOf } from '@virt-ferry/libvirt';
import type { CheckReport, Finding, Repaired } from '../model.ts';
import type { CheckContext, Repair } from './check.ts';
import { checks } from './registry.ts';

/** Mends what Ferry itself can mend, one finding after the other. */
export async function repair({ findings }: CheckReport, context: CheckContext): Promise<Repaired[]> {
  const repaired: Repaired[] = [];
  for (const finding of findings) {
    const mend = finding.fix?.automatic ? repairFor(finding) : undefined;
    if (!mend) continue;
    try {
      repaired.push({ finding, result: 'mended', text: await mend(context, finding) });
    } catch (error) {
      repaired.push({ finding, result: 'failed', text: messageOf(error) });
    }
  }
  return repaired;
}

function repairFor({ id, subject }: Finding): Repair | undefined {
  const name = id.slice(subject.length + 1);
  return checks
    .map(({ repairs, ...check }) => (check.subject === subject ? repairs?.[name] : undefined))
    .find(Boolean);
}
