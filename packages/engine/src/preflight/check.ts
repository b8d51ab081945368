import type { Connection, DomainRef } from '@virt-ferry/libvirt';
import type { Env } from '../env.ts';
import type { Domain, Finding, Fix, Host, MoveRequest } from '../model.ts';
import type { SharedProof } from '../storage/shared.ts';

/** One side of a move: a host and an open connection to it. */
export interface Side {
  readonly host: Host;
  readonly connection: Connection;
}

/** What the user asked for, where it matters to a check. */
export type Wishes = Pick<MoveRequest, 'drive' | 'method' | 'copyStorage'>;

/** What a check may look at. */
export interface CheckContext {
  readonly source: Side;
  readonly destination: Side;
  readonly domain: Domain;
  /** The domain on the source's connection. */
  readonly dom: DomainRef;
  readonly wishes: Wishes;
  /** Whether both hosts see the same directory; probed once, however often it is asked. */
  readonly proveShared: (directory: string) => Promise<SharedProof>;
  readonly env: Env;
}

/** A small module that finds reasons for and against a move. It changes nothing that it doesn't put back. */
export interface Check {
  readonly subject: string;
  readonly title: string;
  run(context: CheckContext): Promise<Finding[]>;
}

type Text = Pick<Finding, 'id' | 'message' | 'evidence'>;

/** Builds the findings of one subject, so that each check says only what is its own. */
export function findingsOf(subject: string) {
  const finding = (severity: Finding['severity'], text: Text, fix: Fix | null): Finding => ({
    id: `${subject}.${text.id}`,
    subject,
    severity,
    message: text.message,
    evidence: text.evidence,
    fix,
  });
  return {
    /** The move would fail, or do harm. `remedy`: a command or a sentence. */
    blocker: (text: Text, remedy: string) => finding('blocker', text, { command: remedy, automatic: false }),
    warning: (text: Text, remedy: string) => finding('warning', text, { command: remedy, automatic: false }),
    notice: (text: Text) => finding('notice', text, null),
    pass: (text: Text) => finding('pass', text, null),
  };
}
