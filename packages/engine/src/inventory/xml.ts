import { DOMParser, type Element, onErrorStopParsing, XMLSerializer } from '@xmldom/xmldom';
import { EngineError } from '../errors.ts';

/**
 * Parses XML that a host sent; `what` names it for the error. A DOCTYPE is refused before the parser sees it, so no
 * entity of a hostile host is ever expanded.
 */
export function parseXml(text: string, what: string): Element {
  if (/<!DOCTYPE/i.test(text)) throw new EngineError('xml', `${what} has a DOCTYPE, which is refused`);
  try {
    // Where each element stood is not asked for, and takes as long to keep as all the rest.
    const root = new DOMParser({ locator: false, onError: onErrorStopParsing }).parseFromString(
      text,
      'text/xml',
    ).documentElement;
    if (root) return root;
  } catch (cause) {
    throw new EngineError('xml', `${what} is not well-formed XML`, { cause });
  }
  throw new EngineError('xml', `${what} is empty`);
}

/** The child elements at a path of names: `all(domain, 'devices/disk')`. */
export function all(from: Element, path: string): Element[] {
  return path
    .split('/')
    .reduce<Element[]>((found, name) => found.flatMap((one) => children(one, name)), [from]);
}

/** The first element at a path, or `null`. */
export function first(from: Element, path: string): Element | null {
  return all(from, path)[0] ?? null;
}

/** The text of the first element at a path, or `null`. */
export function textAt(from: Element, path: string): string | null {
  return first(from, path)?.textContent?.trim() ?? null;
}

/** An attribute of the first element at a path (`''` for the element itself), or `null`. */
export function attributeAt(from: Element, path: string, name: string): string | null {
  const element = path === '' ? from : first(from, path);
  return element?.hasAttribute(name) ? element.getAttribute(name) : null;
}

export function serialize(element: Element): string {
  return new XMLSerializer().serializeToString(element);
}

/** The text of what is inside an element. */
export function serializeInside(element: Element): string {
  return Array.from(element.childNodes, (node) => new XMLSerializer().serializeToString(node)).join('');
}

function children(of: Element, name: string): Element[] {
  const found: Element[] = [];
  for (let node = of.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType !== node.ELEMENT_NODE || node.nodeName !== name) continue;
    // libvirt's own elements are in no namespace, and it leaves those of others alone.
    if (!node.namespaceURI) found.push(node as Element);
  }
  return found;
}
