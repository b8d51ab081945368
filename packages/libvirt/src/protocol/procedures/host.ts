import { array, bool, chars, i32, opaque, optional, string, u32, u64 } from '../../xdr/codec.ts';
import { call } from '../procedure.ts';
import { nodeDevice, nodeStat } from '../structs.ts';

const NODE_DEVICE_LIST_MAX = 65_536;

const emulator = {
  emulator: optional(string),
  arch: optional(string),
  machine: optional(string),
  virttype: optional(string),
};

/** The connection itself, and the host behind it. */
export const hostProcedures = {
  connectOpen: call(1, { name: optional(string), flags: u32 }, {}),
  connectClose: call(2, {}, {}),
  connectGetType: call(3, {}, { type: string }),
  connectGetVersion: call(4, {}, { version: u64 }),
  connectGetLibVersion: call(157, {}, { version: u64 }),
  connectGetHostname: call(59, {}, { hostname: string }),
  connectSupportsFeature: call(60, { feature: i32 }, { supported: bool }),
  connectGetCapabilities: call(7, {}, { capabilities: string }),
  connectRegisterCloseCallback: call(360, {}, {}),

  authList: call(66, {}, { types: array(i32, 20) }),
  authSaslInit: call(67, {}, { mechanisms: string }),
  authSaslStart: call(
    68,
    { mechanism: string, nil: bool, data: opaque(65_536) },
    { complete: bool, nil: bool, data: opaque(65_536) },
  ),
  authSaslStep: call(
    69,
    { nil: bool, data: opaque(65_536) },
    { complete: bool, nil: bool, data: opaque(65_536) },
  ),
  authPolkit: call(70, {}, { complete: bool }),

  nodeGetInfo: call(
    6,
    {},
    {
      model: chars(32),
      memoryKiB: u64,
      cpus: i32,
      mhz: i32,
      nodes: i32,
      sockets: i32,
      cores: i32,
      threads: i32,
    },
  ),
  nodeGetFreeMemory: call(102, {}, { freeBytes: u64 }),
  nodeGetCellsFreeMemory: call(101, { startCell: i32, maxCells: i32 }, { cells: array(u64, 1024) }),
  nodeGetFreePages: call(
    340,
    { pageSizesKiB: array(u32, 1024), startCell: i32, cellCount: u32, flags: u32 },
    { counts: array(u64, 1024) },
  ),
  /** First with `nparams` 0 to learn how many there are. `cpu` -1 means all. Times are in nanoseconds. */
  nodeGetCpuStats: call(
    227,
    { cpu: i32, nparams: i32, flags: u32 },
    { params: array(nodeStat, 16), nparams: i32 },
  ),
  /** First with `nparams` 0 to learn how many there are. `cell` -1 means all. Values are in KiB. */
  nodeGetMemoryStats: call(
    228,
    { nparams: i32, cell: i32, flags: u32 },
    { params: array(nodeStat, 16), nparams: i32 },
  ),

  /** `flags`: see NodeDeviceFlag. */
  connectListAllNodeDevices: call(
    285,
    { needResults: bool, flags: u32 },
    { devices: array(nodeDevice, NODE_DEVICE_LIST_MAX), count: u32 },
  ),
  nodeDeviceGetXmlDesc: call(114, { name: string, flags: u32 }, { xml: string }),

  connectGetDomainCapabilities: call(342, { ...emulator, flags: u32 }, { capabilities: string }),
  /** Result: `VIR_CPU_COMPARE_*`, see CpuCompare. */
  connectCompareCpu: call(158, { xml: string, flags: u32 }, { result: i32 }),
  connectBaselineCpu: call(162, { xmls: array(string, 256), flags: u32 }, { cpu: string }),
  connectCompareHypervisorCpu: call(393, { ...emulator, xml: string, flags: u32 }, { result: i32 }),
  connectBaselineHypervisorCpu: call(
    394,
    { ...emulator, xmls: array(string, 256), flags: u32 },
    { cpu: string },
  ),
} as const;
