/**
 * The five phases of a direct move (libvirt's src/libvirt-domain.c, virDomainMigrateVersion3Full, params variant):
 *
 *   source   Begin ──────────────► Perform ───────────► Confirm
 *               │ xml, cookie        ▲ │ cookie            ▲ cookie
 *   dest.       └────► Prepare ──────┘ └────► Finish ──────┘
 *                        uri, cookie            the guest starts here, and only here
 *
 * Each call gets the same growing list of parameters. Those that copy have no deadline here: that takes as long as it
 * takes, and stall.ts looks whether it goes on.
 */
import {
  type CallOptions,
  type Connection,
  type DomainRef,
  MigrateFlag,
  param,
  type TypedParam,
} from '@virt-ferry/libvirt';
import { type Parameters, storedParameters } from './parameters.ts';

/** What the phases hand on from one to the next. */
export interface Baton {
  readonly params: readonly TypedParam[];
  /** Opaque; goes from each phase to the next one on the other side. */
  readonly cookie: Uint8Array;
}

const FOREVER = { deadlineMs: Number.POSITIVE_INFINITY };

/** Makes a call, having written down that it is about to; `intent` is what to write. */
export type Act = <T>(
  step: string,
  intent: Readonly<Record<string, unknown>>,
  call: () => Promise<T>,
) => Promise<T>;

const justDoIt: Act = (_step, _intent, call) => call();

export class Phases {
  readonly #source: Connection;
  readonly #destination: Connection;
  readonly #dom: DomainRef;
  readonly #parameters: Parameters;
  readonly #soon: CallOptions;
  readonly #act: Act;

  constructor(
    source: Connection,
    destination: Connection,
    dom: DomainRef,
    parameters: Parameters,
    answerMs: number,
    act: Act = justDoIt,
  ) {
    this.#source = source;
    this.#destination = destination;
    this.#dom = dom;
    this.#parameters = parameters;
    this.#soon = { deadlineMs: answerMs };
    this.#act = act;
  }

  /** The source checks that the domain may go, locks it against changes and describes it. */
  begin(): Promise<Baton> {
    const { sourceFlags: flags, params } = this.#parameters;
    return this.#act('begin', { parameters: storedParameters(this.#parameters) }, async () => {
      const { cookie, xml } = await this.#source.domainMigrateBegin3Params(
        { dom: this.#dom, params: [...params], flags },
        this.#soon,
      );
      const others = params.filter(({ field }) => field !== 'destination_xml');
      return { cookie, params: [...others, param.string('destination_xml', xml)] };
    });
  }

  /** The destination starts a QEMU that waits for the guest. */
  prepare({ cookie, params }: Baton): Promise<Baton> {
    const { destinationFlags: flags } = this.#parameters;
    return this.#act('prepare', { flags }, async () => {
      const prepared = await this.#destination.domainMigratePrepare3Params(
        { params: [...params], cookie, flags },
        this.#soon,
      );
      const others = params.filter(({ field }) => field !== 'migrate_uri');
      const next = prepared.uri === null ? params : [...others, param.string('migrate_uri', prepared.uri)];
      return { cookie: prepared.cookie, params: next };
    });
  }

  /** The source sends the guest, by parameters that may have grown since. Afterwards it is paused there. */
  perform(
    baton: Baton,
    { sourceFlags: flags, params: grown }: Parameters = this.#parameters,
  ): Promise<Baton> {
    const { cookie } = baton;
    const added = grown.filter(({ field }) => !baton.params.some((one) => one.field === field));
    const params = [...baton.params, ...added];
    const uri = params.find(({ field }) => field === 'migrate_uri')?.value;
    return this.#act('perform', { flags, uri }, async () => {
      const args = { dom: this.#dom, dconnuri: null, params: [...params], cookie, flags };
      const performed = await this.#source.domainMigratePerform3Params(args, FOREVER);
      return {
        cookie: performed.cookie,
        params: [...params, param.string('destination_name', this.#dom.name)],
      };
    });
  }

  /** The destination starts the guest, or, with the flag PAUSED, holds it ready to be resumed. */
  finish({ cookie, params }: Baton): Promise<Baton> {
    const { destinationFlags: flags } = this.#parameters;
    return this.#act('finish', { flags }, async () => {
      const args = { params: [...params], cookie, flags, cancelled: false };
      // In post-copy it answers when all of memory has arrived.
      const copies = (flags & MigrateFlag.postCopy) !== 0;
      const options = copies ? FOREVER : this.#soon;
      const finished = await this.#destination.domainMigrateFinish3Params(args, options);
      return { cookie: finished.cookie, params };
    });
  }

  /** The source lets the guest go, which ends its QEMU. */
  confirm({ cookie, params }: Baton): Promise<void> {
    const { sourceFlags: flags } = this.#parameters;
    return this.#act('confirm', { flags }, async () => {
      const args = { dom: this.#dom, params: [...params], cookie, flags, cancelled: false };
      await this.#source.domainMigrateConfirm3Params(args, this.#soon);
    });
  }
}
