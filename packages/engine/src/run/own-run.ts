import type { Env } from '../env.ts';
import { EngineError } from '../errors.ts';
import type { NewRun, NewRunEntry, Run, RunLease, RunOutcome } from '../journal/run-ledger.ts';
import { attendanceOf } from '../recover/attendance.ts';

/** How often a lease is renewed before it would run out; the journal is asked for an abort as often. */
const LOOKS_A_LEASE = 15;

/** A run that this process carries out. */
export interface OwnRun {
  readonly id: string;
  /** Aborted where no more may be begun: an abort was asked for, or another Ferry has taken the run over. */
  readonly stopped: AbortSignal;
  /** On disk when it resolves; returns the line's number. */
  append(entry: NewRunEntry): Promise<number>;
  end(outcome: RunOutcome): Promise<void>;
  /** Leaves it open, to be carried on by whoever comes next. */
  leave(): Promise<void>;
}

/** Begins a run. Throws an EngineError: `busy` where an open run has one of its hosts. */
export async function beginRun(run: Omit<NewRun, 'id' | 'startedAtMs'>, env: Env): Promise<OwnRun> {
  const made = { ...run, id: env.newId(), startedAtMs: env.nowMs() };
  return own(await env.journal.runs.begin(made, env.holder, env.nowMs() + env.leaseMs), env);
}

/** Takes over a run that was left open. Throws an EngineError, `busy`, while somebody carries it out. */
export async function takeRun(run: Run, env: Env): Promise<OwnRun> {
  if ((await attendanceOf(run, env)) === 'running') throw busyWithRun(run);
  const nowMs = env.nowMs();
  const seen = { runId: run.id, token: run.token };
  const lease = await env.journal.runs.takeOver(seen, env.holder, nowMs, nowMs + env.leaseMs);
  if (lease === null)
    throw new EngineError('busy', `run ${run.id} was taken over by another Ferry just now; wait for it`);
  return own(lease, env);
}

/** Why a run can't be carried on from here. */
export function busyWithRun({ id, holding }: Pick<Run, 'id' | 'holding'>): EngineError {
  const who = holding ? `process ${holding.holder.pid} on ${holding.holder.machine}` : 'another Ferry';
  return new EngineError(
    'busy',
    `run ${id} is being carried out by ${who}; see how it stands: ferry show ${id}; stop it with: ferry abort ${id}`,
  );
}

function own(lease: RunLease, env: Env): OwnRun {
  const { runs } = env.journal;
  const released = new AbortController();
  const stop = new AbortController();
  void keep(lease, env, released.signal, stop);
  return {
    id: lease.runId,
    stopped: stop.signal,
    append: (entry) => runs.append(lease, entry, env.nowMs()),
    async end(outcome) {
      released.abort();
      await runs.end(lease, outcome, env.nowMs());
    },
    async leave() {
      released.abort();
      // It may be another's already.
      await runs.renew(lease, 0).catch(() => undefined);
    },
  };
}

/** Renews the lease until it is let go, and looks whether the run is to stop. */
async function keep(lease: RunLease, env: Env, released: AbortSignal, stop: AbortController): Promise<void> {
  for (;;) {
    try {
      await env.delay(env.leaseMs / LOOKS_A_LEASE, released);
    } catch {
      return;
    }
    try {
      await env.journal.runs.renew(lease, env.nowMs() + env.leaseMs);
      if ((await env.journal.runs.run(lease.runId))?.abortRequested) stop.abort();
    } catch (error) {
      if (!(error instanceof EngineError && error.code === 'fenced')) continue;
      stop.abort();
      return;
    }
  }
}
