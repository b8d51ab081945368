import { defineCheck } from '../check.ts';

const APART_MS = 1000;

/** A guest takes its clock along, but what it corrects it by is the host's (kvm-clock, the RTC of `clock offset=utc`). */
export const clockCheck = defineCheck({
  subject: 'clock',
  title: 'the clocks of both hosts agree',
  texts: {
    apart: {
      severity: 'warning',
      message:
        'the clock of {there} is {seconds} s {direction} that of {here}, and that of {domain} may jump',
      remedy: 'have both hosts follow the same time servers: chronyc makestep',
    },
    together: { severity: 'pass', message: 'the clocks of {here} and {there} agree' },
  },
  async run({ source, destination, domain, shells }, found) {
    const [near, far] = await Promise.all([shells.source(), shells.destination()]);
    const [one, other] = await Promise.all([near.shell?.clock(), far.shell?.clock()]);
    if (!one || !other) return [];
    const aheadMs = other.aheadMs - one.aheadMs;
    const uncertainMs = one.uncertainMs + other.uncertainMs;
    const named = { here: source.host.ref.name, there: destination.host.ref.name, domain: domain.name };
    const evidence = `${Math.round(aheadMs)} ms apart, give or take ${Math.ceil(uncertainMs)} ms`;
    if (Math.abs(aheadMs) - uncertainMs > APART_MS) {
      const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
      const direction = aheadMs > 0 ? 'ahead of' : 'behind';
      return [found('apart', { ...named, seconds, direction }, evidence)];
    }
    return Math.abs(aheadMs) + uncertainMs <= APART_MS ? [found('together', named, evidence)] : [];
  },
});
