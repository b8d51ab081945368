import { isRemote } from '@virt-ferry/libvirt';
import type { Element } from '@xmldom/xmldom';
import { parseXml } from '../inventory/xml.ts';
import type { CheckContext } from './check.ts';

/** What keeps each CPU model from being usable: nine tenths of the text, and not asked for here. */
const CPU_BLOCKERS = /<blockers\b[^>]*>[\s\S]*?<\/blockers>/g;

const asked = new WeakMap<CheckContext, Promise<Element>>();

/**
 * What the destination says that it can give a domain of this emulator and machine. Asked once a context. Fails as the
 * call does: with a RemoteError where it can't run such a domain.
 */
export function destinationCapabilities(context: CheckContext): Promise<Element> {
  const answer = asked.get(context) ?? ask(context);
  asked.set(context, answer);
  return answer;
}

/** The same; `null` where it can't run such a domain at all, which the check of the machine says. */
export async function capabilitiesIfAny(context: CheckContext): Promise<Element | null> {
  try {
    return await destinationCapabilities(context);
  } catch (error) {
    if (isRemote(error)) return null;
    throw error;
  }
}

async function ask({ destination, domain }: CheckContext): Promise<Element> {
  const { emulator, arch, machine, virtType: virttype } = domain;
  const { capabilities } = await destination.connection.connectGetDomainCapabilities({
    ...{ emulator, arch, machine, virttype },
    flags: 0,
  });
  return parseXml(
    capabilities.replace(CPU_BLOCKERS, ''),
    `the domain capabilities of ${destination.host.ref.name}`,
  );
}
