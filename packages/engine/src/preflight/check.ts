import type { Connection, DomainRef } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { Shells } from '../host-shell/shells.ts';
import type { Domain, Finding, Host, MoveRequest, Severity } from '../model.ts';
import type { ViewDirectory } from '../storage/directory.ts';
import type { LongReading } from '../storage/long-reading.ts';
import type { StoragePlan } from '../storage/plan.ts';
import type { SharedProof } from '../storage/shared.ts';
import type { Names } from '../translate/names.ts';
import { fill, type ValuesIn } from './fill.ts';

/** One side of a move: a host and an open connection to it. */
export interface Side {
  readonly host: Host;
  readonly connection: Connection;
  /** Looks into a directory of that host. */
  readonly view: ViewDirectory;
}

/** What the user asked for, where it matters to a check. */
export type Wishes = Pick<MoveRequest, 'drive' | 'method' | 'copyStorage'> &
  Partial<
    Pick<
      MoveRequest,
      'sourceDefinition' | 'rehearsal' | 'offline' | 'changes' | 'tls' | 'synchronousWrites' | 'postCopy'
    >
  >;

/** What a check may look at. */
export interface CheckContext {
  readonly source: Side;
  readonly destination: Side;
  readonly domain: Domain;
  /** The domain on the source's connection. */
  readonly dom: DomainRef;
  readonly wishes: Wishes;
  /** What things of the source are called on the destination. */
  readonly names: Names;
  /** Whether both hosts see the same directory; probed once, however often it is asked. */
  readonly proveShared: (directory: string) => Promise<SharedProof>;
  /** Which disks are copied, and how; worked out once. It may have to read whole images, which takes its time. */
  readonly storagePlan: () => Promise<StoragePlan>;
  /** Whether whole images are being read just now. */
  readonly longReading: LongReading;
  /** Looks at the hosts' own systems, where that is allowed. */
  readonly shells: Shells;
  readonly env: Env;
}

/** What a check can find, in English; what stands in braces is filled in. Other languages say it by the same id. */
export interface Text {
  readonly severity: Severity;
  readonly message: string;
  /** A command that the user can run, or a sentence. */
  readonly remedy?: string;
}

export type Texts = Readonly<Record<string, Text>>;

/** Makes a finding: which, what is filled in, and what was seen that leads to it. */
export type Found<T extends Texts> = <Id extends keyof T & string>(
  id: Id,
  values: ValuesIn<T[Id]['message'] | NonNullable<T[Id]['remedy']>>,
  evidence: string,
) => Finding;

/**
 * Mends what a finding is about, and says what it did and how to undo that. Only what is safe and can be undone: it
 * never touches what a disk holds, and never lets anybody in. May throw: then the finding stays.
 */
export type Repair = (context: CheckContext, finding: Finding) => Promise<string>;

/** A small module that finds reasons for and against a move. It changes nothing that it doesn't put back. */
export interface Check<T extends Texts = Texts> {
  /** What it is about; the first part of its findings' ids. */
  readonly subject: string;
  /** What it checks, to follow "could not check that". */
  readonly title: string;
  readonly texts: T;
  /** What `--fix` can do about its findings. */
  readonly repairs?: { readonly [Id in keyof T]?: Repair } | undefined;
  run(context: CheckContext): Promise<Finding[]>;
}

/** A check says what it can find before it looks, so that all of it can be listed, translated and documented. */
export function defineCheck<const T extends Texts>({
  subject,
  title,
  texts,
  repairs,
  run,
}: Omit<Check<T>, 'run'> & {
  run(context: CheckContext, found: Found<T>): Promise<readonly Finding[]> | readonly Finding[];
}): Check<T> {
  const found = findingsOf(subject, texts, Object.keys(repairs ?? {}));
  return { subject, title, texts, repairs, run: async (context) => [...(await run(context, found))] };
}

/** Makes the findings of one subject; `automatic` are those that Ferry can mend itself. */
export function findingsOf<const T extends Texts>(
  subject: string,
  texts: T,
  automatic: readonly string[] = [],
): Found<T> {
  return (id, values, evidence) => {
    const text: Text | undefined = texts[id];
    if (text === undefined) throw new Error(`there is no finding ${subject}.${id}`);
    const { severity, message, remedy } = text;
    const fix =
      remedy === undefined ? null : { command: fill(remedy, values), automatic: automatic.includes(id) };
    const said = { message: fill(message, values), values, evidence };
    return { id: `${subject}.${id}`, subject, severity, ...said, fix };
  };
}
