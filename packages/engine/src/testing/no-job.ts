/** What a host answers of the job of a domain to which nothing is being done. */
export const NO_JOB = {
  type: 0,
  timeElapsedMs: 0n,
  timeRemainingMs: 0n,
  dataTotal: 0n,
  dataProcessed: 0n,
  dataRemaining: 0n,
  memTotal: 0n,
  memProcessed: 0n,
  memRemaining: 0n,
  fileTotal: 0n,
  fileProcessed: 0n,
  fileRemaining: 0n,
};
