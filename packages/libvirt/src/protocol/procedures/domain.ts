import { array, bool, i32, opaque, optional, string, u32, u64, uuid } from '../../xdr/codec.ts';
import { call, Program } from '../procedure.ts';
import {
  BLOCK_COPY_PARAMS_MAX,
  DOMAIN_LIST_MAX,
  domain,
  domainInterface,
  domainStatsRecord,
  MEMORY_PEEK_MAX,
  memoryStat,
  SCHEDULER_PARAMS_MAX,
} from '../structs.ts';
import { typedParam } from '../typed-param.ts';

/** Finding, reading, starting and stopping domains. */
export const domainProcedures = {
  domainLookupById: call(22, { id: i32 }, { dom: domain }),
  domainLookupByName: call(23, { name: string }, { dom: domain }),
  domainLookupByUuid: call(24, { uuid: uuid }, { dom: domain }),
  connectListAllDomains: call(
    273,
    { needResults: bool, flags: u32 },
    { domains: array(domain, DOMAIN_LIST_MAX), count: u32 },
  ),

  domainGetXmlDesc: call(14, { dom: domain, flags: u32 }, { xml: string }),
  domainGetInfo: call(
    16,
    { dom: domain },
    { state: u32, maxMemoryKiB: u64, memoryKiB: u64, vcpus: u32, cpuTimeNs: u64 },
  ),
  /** State and reason: see DomainState. Answered even when the domain's job lock is held. */
  domainGetState: call(212, { dom: domain, flags: u32 }, { state: i32, reason: i32 }),
  domainHasManagedSaveImage: call(183, { dom: domain, flags: u32 }, { saved: bool }),
  domainGetAutostart: call(15, { dom: domain }, { autostart: bool }),
  domainSetAutostart: call(29, { dom: domain, autostart: bool }, {}),
  domainIsActive: call(150, { dom: domain }, { active: bool }),
  domainIsPersistent: call(151, { dom: domain }, { persistent: bool }),
  domainGetControlInfo: call(
    229,
    { dom: domain, flags: u32 },
    { state: u32, details: u32, stateTimeMs: u64 },
  ),

  domainCreate: call(9, { dom: domain }, {}),
  domainCreateWithFlags: call(196, { dom: domain, flags: u32 }, { dom: domain }),
  domainCreateXml: call(10, { xml: string, flags: u32 }, { dom: domain }),
  domainDefineXml: call(11, { xml: string }, { dom: domain }),
  domainDefineXmlFlags: call(350, { xml: string, flags: u32 }, { dom: domain }),
  domainUndefineFlags: call(231, { dom: domain, flags: u32 }, {}),
  domainDestroyFlags: call(234, { dom: domain, flags: u32 }, {}),
  domainSuspend: call(34, { dom: domain }, {}),
  domainResume: call(28, { dom: domain }, {}),

  domainSnapshotNum: call(187, { dom: domain, flags: u32 }, { count: i32 }),
  /** `flags`: see AffectFlag. */
  domainUpdateDeviceFlags: call(174, { dom: domain, xml: string, flags: u32 }, {}),

  /** How much of a processor it gets. `flags`: see AffectFlag. */
  domainGetSchedulerParametersFlags: call(
    223,
    { dom: domain, nparams: i32, flags: u32 },
    { params: array(typedParam, SCHEDULER_PARAMS_MAX) },
  ),
  domainSetSchedulerParametersFlags: call(
    219,
    { dom: domain, params: array(typedParam, SCHEDULER_PARAMS_MAX), flags: u32 },
    {},
  ),
  domainMemoryStats: call(
    159,
    { dom: domain, maxStats: u32, flags: u32 },
    { stats: array(memoryStat, 1024) },
  ),
  /** A piece of guest memory, as the guest sees it. `flags`: see MemoryPeekFlag. */
  domainMemoryPeek: call(
    104,
    { dom: domain, offset: u64, size: u32, flags: u32 },
    { bytes: opaque(MEMORY_PEEK_MAX) },
  ),
  domainGetBlockInfo: call(
    194,
    { dom: domain, path: string, flags: u32 },
    { allocation: u64, capacity: u64, physical: u64 },
  ),
  /** Copies a disk into another while it is used: see domainBlockJobAbort. */
  domainBlockCopy: call(
    345,
    {
      dom: domain,
      path: string,
      destinationXml: string,
      params: array(typedParam, BLOCK_COPY_PARAMS_MAX),
      flags: u32,
    },
    {},
  ),
  domainInterfaceAddresses: call(
    353,
    { dom: domain, source: u32, flags: u32 },
    { interfaces: array(domainInterface, 2048) },
  ),
  /** An empty `doms` means all. `stats`: see DomainStats. */
  connectGetAllDomainStats: call(
    344,
    { doms: array(domain, DOMAIN_LIST_MAX), stats: u32, flags: u32 },
    { records: array(domainStatsRecord, DOMAIN_LIST_MAX) },
  ),
  domainStartDirtyRateCalc: call(427, { dom: domain, seconds: i32, flags: u32 }, {}),

  connectDomainEventCallbackRegisterAny: call(
    316,
    { eventId: i32, dom: optional(domain) },
    { callbackId: i32 },
  ),
  connectDomainEventCallbackDeregisterAny: call(317, { callbackId: i32 }, {}),

  /** QEMU's monitor, through libvirt. It taints the domain: for tests and diagnosis, not for moves. */
  qemuDomainMonitorCommand: call(
    1,
    { dom: domain, command: string, flags: u32 },
    { result: string },
    Program.qemu,
  ),
} as const;
