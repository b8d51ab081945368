import type { Env } from '../env.ts';
import type { ProbeRequest } from '../model.ts';
import { poll } from '../poll.ts';
import { longestGapMs } from './gaps.ts';
import { startPing } from './ping.ts';
import { startTcp } from './tcp.ts';

/**
 * Time between two questions. `ping` (iputils) never sleeps for less than 10 ms: it spins, and would take a whole
 * processor from whoever moves the guest.
 */
const INTERVAL_MS = 15;
const ANSWERING = { everyMs: 5, forMs: 2000 } as const;

/** A measurement that runs alongside a move. */
export interface Measurement {
  /** What is asked, for people: `ping 10.78.0.101`. */
  readonly what: string;
  /** Waits until the guest has answered `count` more times; false if it doesn't within two seconds. */
  answered(count: number): Promise<boolean>;
  /** Ends it. The blackout in milliseconds; `null` if the guest didn't answer often enough to tell. */
  finish(): Promise<number | null>;
}

/** Starts asking. `address` is where the guest is reached. */
export function measureBlackout(
  request: Exclude<ProbeRequest, { kind: 'none' }>,
  address: string,
  env: Env,
): Measurement {
  const probe =
    request.kind === 'ping'
      ? startPing(address, INTERVAL_MS, env)
      : startTcp(address, request.port, INTERVAL_MS, env);
  return {
    what: request.kind === 'ping' ? `ping ${address}` : `tcp ${address}:${request.port}`,
    answered(count) {
      const enough = probe.answeredAtMs.length + count;
      return poll(env, ANSWERING, () => probe.answeredAtMs.length >= enough);
    },
    async finish() {
      await probe.stop();
      return longestGapMs(probe.answeredAtMs, INTERVAL_MS);
    },
  };
}
