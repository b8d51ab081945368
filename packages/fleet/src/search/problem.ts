/** What is to be placed where: sizes and limits, without what it costs. Never changed by the search. */
export interface Problem {
  readonly domainCount: number;
  readonly hostCount: number;
  readonly resources: number;
  /** [domain × resources + resource] */
  readonly demand: Float64Array;
  /** [host × resources + resource] */
  readonly capacity: Float64Array;
  /** By resource: 1 where a domain that has left still takes its share of the host that it started on. */
  readonly transient: Uint8Array;
  /** Where each domain is before anything moves. A domain may always stay there. */
  readonly start: Int32Array;
  /** The domains that may be moved. */
  readonly movable: Int32Array;
  isMovable(domain: number): boolean;
  /** Whether a domain may come to a host at all, however empty it is. */
  allows(domain: number, host: number): boolean;
}
