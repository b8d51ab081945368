/** What goes on beside the phases of a move, each waited for as late as it can be. */
export interface Beside {
  /** The destination is ready, and nothing has been copied: waits for the forecast, and tells it. */
  beforeCopying(): Promise<void>;
  /** The destination runs the guest. */
  onArrival(): void;
}
