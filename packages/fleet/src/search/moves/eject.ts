import { cheapestHost } from '../regret.ts';
import type { Proposer } from './proposer.ts';

const LENGTH_MAX = 4;
const TRIES = 8;
const HOSTS_TRIED = 24;

/** A domain pushes another one off its host, which goes where it is cheapest or pushes off one more, and so on. */
export const eject: Proposer = ({ trail, random, movable }) => {
  const { placement } = trail;
  const { hostCount } = placement.problem;
  let coming = random.pick(movable) ?? 0;
  let from = placement.hostOf[coming] ?? 0;
  trail.lift(coming);
  for (let length = 0; length < LENGTH_MAX; length++) {
    const leaving = findVictim(coming, from);
    if (leaving < 0) break;
    const host = placement.hostOf[leaving] ?? 0;
    trail.lift(leaving);
    if (placement.priceOf(coming, host) === Number.POSITIVE_INFINITY) break;
    trail.put(coming, host);
    const free = cheapestHost(placement, leaving, someHosts(host));
    if (free >= 0) {
      trail.put(leaving, free);
      return true;
    }
    coming = leaving;
    from = host;
  }
  trail.undo();
  return false;

  function findVictim(domain: number, home: number): number {
    for (let i = 0; i < TRIES; i++) {
      const victim = random.pick(movable) ?? 0;
      const host = placement.hostOf[victim] ?? -1;
      if (host >= 0 && host !== home && placement.fitsWithout(domain, host, victim)) return victim;
    }
    return -1;
  }

  function someHosts(but: number): number[] {
    const hosts: number[] = [];
    for (let i = 0; i < HOSTS_TRIED; i++) {
      const host = random.below(hostCount);
      if (host !== but) hosts.push(host);
    }
    return hosts;
  }
};
