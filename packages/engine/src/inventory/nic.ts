import type { Element } from '@xmldom/xmldom';
import type { Nic, NicSource } from '../model.ts';
import { attributeAt } from './xml.ts';

/** An `<interface>` of a domain (formatdomain, Network interfaces). */
export function parseNic(element: Element): Nic {
  return { mac: attributeAt(element, 'mac', 'address') ?? '', source: sourceOf(element) };
}

function sourceOf(element: Element): NicSource {
  const type = attributeAt(element, '', 'type') ?? '';
  const of = (name: string) => attributeAt(element, 'source', name);
  const [bridge, network, device] = [of('bridge'), of('network'), of('dev')];
  if (type === 'bridge' && bridge !== null) return { kind: 'bridge', bridge };
  if (type === 'network' && network !== null) return { kind: 'network', network, portgroup: of('portgroup') };
  if (type === 'direct' && device !== null) return { kind: 'direct', device };
  return { kind: 'other', type };
}
