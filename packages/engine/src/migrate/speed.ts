import { AffectFlag, type Connection, type DomainRef, param, paramsByName } from '@virt-ferry/libvirt';

/** How fast a domain's vCPUs may be, as libvirt counts: microseconds; a quota below 0: as fast as they can. */
export interface Speed {
  readonly quotaUs: number;
  readonly periodUs: number;
}

const PARAMS_MAX = 16;
/** Longer than anybody means: libvirt tells the lack of a limit in groups of version 2 as the largest number. */
const MOST_QUOTA_US = 2 ** 53;
const UNLIMITED = -1;

/** Reads what the control groups of its vCPUs say now. Throws where libvirt has none of them. */
export async function readSpeed(connection: Connection, dom: DomainRef): Promise<Speed> {
  const { params } = await connection.domainGetSchedulerParametersFlags({
    dom,
    nparams: PARAMS_MAX,
    flags: AffectFlag.live,
  });
  const byName = paramsByName(params);
  const quotaUs = Number(byName.get('vcpu_quota') ?? UNLIMITED);
  const periodUs = Number(byName.get('vcpu_period'));
  if (!Number.isFinite(periodUs)) throw new Error('libvirt does not tell how fast its vCPUs may be');
  return { quotaUs: quotaUs < 0 || quotaUs >= MOST_QUOTA_US ? UNLIMITED : quotaUs, periodUs };
}

/** Sets it, where it isn't so already. libvirt refuses while the domain is being moved. */
export async function setSpeed(connection: Connection, dom: DomainRef, speed: Speed): Promise<void> {
  const now = await readSpeed(connection, dom);
  if (now.quotaUs === speed.quotaUs && now.periodUs === speed.periodUs) return;
  await connection.domainSetSchedulerParametersFlags({
    dom,
    params: [
      param.ullong('vcpu_period', BigInt(speed.periodUs)),
      param.llong('vcpu_quota', BigInt(speed.quotaUs)),
    ],
    flags: AffectFlag.live,
  });
}
