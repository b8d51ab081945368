/**
 * The five phases of a direct move (libvirt's src/libvirt-domain.c, virDomainMigrateVersion3Full, params variant):
 *
 *   source   Begin ──────────────► Perform ───────────► Confirm
 *               │ xml, cookie        ▲ │ cookie            ▲ cookie
 *   dest.       └────► Prepare ──────┘ └────► Finish ──────┘
 *                        uri, cookie            the guest starts here, and only here
 *
 * Each call gets the same growing list of parameters. None has a deadline: copying memory takes as long as it takes.
 */
import { type Connection, type DomainRef, param, type TypedParam } from '@virt-ferry/libvirt';
import type { Parameters } from './parameters.ts';
import type { Story } from './story.ts';

/** What the phases hand on from one to the next. */
export interface Baton {
  readonly params: readonly TypedParam[];
  /** Opaque; goes from each phase to the next one on the other side. */
  readonly cookie: Uint8Array;
}

const FOREVER = { deadlineMs: Number.POSITIVE_INFINITY };
const NO_COOKIE = new Uint8Array(0);

export class Phases {
  readonly #source: Connection;
  readonly #destination: Connection;
  readonly #dom: DomainRef;
  readonly #parameters: Parameters;
  readonly #story: Story;

  constructor(
    source: Connection,
    destination: Connection,
    dom: DomainRef,
    parameters: Parameters,
    story: Story,
  ) {
    this.#source = source;
    this.#destination = destination;
    this.#dom = dom;
    this.#parameters = parameters;
    this.#story = story;
  }

  /** The source checks that the domain may go, locks it against changes and describes it. */
  begin(): Promise<Baton> {
    const { sourceFlags: flags, params } = this.#parameters;
    return this.#act('begin', { flags, params: params.map(readable) }, async () => {
      const { cookie, xml } = await this.#source.domainMigrateBegin3Params(
        { dom: this.#dom, params: [...params], flags },
        FOREVER,
      );
      return { cookie, params: [...params, param.string('destination_xml', xml)] };
    });
  }

  /** The destination starts a QEMU that waits for the guest. */
  prepare({ cookie, params }: Baton): Promise<Baton> {
    const { destinationFlags: flags } = this.#parameters;
    return this.#act('prepare', { flags }, async () => {
      const prepared = await this.#destination.domainMigratePrepare3Params(
        { params: [...params], cookie, flags },
        FOREVER,
      );
      const others = params.filter(({ field }) => field !== 'migrate_uri');
      const next = prepared.uri === null ? params : [...others, param.string('migrate_uri', prepared.uri)];
      return { cookie: prepared.cookie, params: next };
    });
  }

  /** The source sends the guest. Afterwards it is paused there. */
  perform({ cookie, params }: Baton): Promise<Baton> {
    const { sourceFlags: flags } = this.#parameters;
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

  /** The destination starts the guest; or, cancelled, ends the QEMU that waits for it. */
  finish({ cookie, params }: Baton, cancelled: boolean): Promise<Baton> {
    const { destinationFlags: flags } = this.#parameters;
    const named = params.some(({ field }) => field === 'destination_name');
    const all = named ? [...params] : [...params, param.string('destination_name', this.#dom.name)];
    return this.#act('finish', { flags, cancelled }, async () => {
      // A cancelled Finish takes no cookie: the one at hand may be the destination's own, which it would refuse.
      const args = { params: all, cookie: cancelled ? NO_COOKIE : cookie, flags, cancelled };
      const finished = await this.#destination.domainMigrateFinish3Params(args, FOREVER);
      return { cookie: finished.cookie, params: all };
    });
  }

  /** The source lets the guest go, which ends its QEMU; or, cancelled, runs it on. */
  confirm({ cookie, params }: Baton, cancelled: boolean): Promise<void> {
    const { sourceFlags: flags } = this.#parameters;
    return this.#act('confirm', { flags, cancelled }, async () => {
      const args = {
        dom: this.#dom,
        params: [...params],
        cookie: cancelled ? NO_COOKIE : cookie,
        flags,
        cancelled,
      };
      await this.#source.domainMigrateConfirm3Params(args, FOREVER);
    });
  }

  #act<T>(step: string, intent: Readonly<Record<string, unknown>>, act: () => Promise<T>): Promise<T> {
    return this.#story.act(step, intent, act);
  }
}

function readable({ field, value }: TypedParam): string {
  return `${field}=${value}`;
}
