import { LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { FleetError } from '../errors.ts';
import type { FleetSpec } from '../model/spec.ts';
import { contradictions } from './contradictions.ts';
import { inventorySchema } from './schema.ts';
import { specOf } from './spec-of.ts';

/**
 * A fleet from the text of an inventory file, YAML or JSON. Throws a FleetError that names the place and what is wrong.
 *
 * @param file what the file is called in messages
 */
export function readInventory(text: string, file: string): FleetSpec {
  const { value, lineOf } = parseText(text, file);
  const parsed = inventorySchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw misfit(file, lineOf, issue?.path ?? [], issue ? messageOf(issue) : 'cannot be understood');
  }
  for (const { place, message } of contradictions(parsed.data)) throw misfit(file, lineOf, place, message);
  return specOf(parsed.data);
}

type Place = readonly PropertyKey[];

function misfit(file: string, lineOf: (place: Place) => string, place: Place, message: string): FleetError {
  return new FleetError('inventory', `${file}${lineOf(place)}, at ${placeText(place)}: ${message}`);
}

function messageOf({ code, message, path }: z.core.$ZodIssue): string {
  if (code === 'unrecognized_keys') return message.replace(/^Unrecognized/, 'unknown');
  return message.startsWith('expected') ? message : `${String(path.at(-1) ?? 'the file')}: ${message}`;
}

/** JSON is read by the faster parser; what that can't read is YAML, whose messages have places. */
function parseText(text: string, file: string): { value: unknown; lineOf: (place: Place) => string } {
  if (/^\s*\{/.test(text)) {
    try {
      return { value: JSON.parse(text), lineOf: () => '' };
    } catch {
      // Perhaps it is YAML all the same: below.
    }
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw notYaml(file, broken);
  const lineOf = (place: Place) => {
    for (let length = place.length; length >= 0; length--) {
      const node = document.getIn(place.slice(0, length), true) as Partial<Node> | undefined;
      if (node?.range) return `, line ${lines.linePos(node.range[0]).line}`;
    }
    return '';
  };
  try {
    return { value: document.toJS(), lineOf };
  } catch (error) {
    throw notYaml(file, error);
  }
}

function notYaml(file: string, cause: unknown): FleetError {
  const why = cause instanceof Error ? cause.message.split('\n')[0]?.replace(/:$/, '') : String(cause);
  return new FleetError('inventory', `${file} is neither YAML nor JSON: ${why}`, { cause });
}

/** `hosts[3].link.out` */
function placeText(place: Place): string {
  if (place.length === 0) return 'the top';
  return place
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}
