import { array, bool, i32, string, u32, u64, uuid } from '../../xdr/codec.ts';
import { call } from '../procedure.ts';
import { hostInterface, network, secret, storagePool, storageVol } from '../structs.ts';

const POOL_LIST_MAX = 16_384;
const NETWORK_LIST_MAX = 16_384;

/** Storage pools and volumes. */
export const storageProcedures = {
  storagePoolLookupByName: call(84, { name: string }, { pool: storagePool }),
  storagePoolLookupByUuid: call(85, { uuid }, { pool: storagePool }),
  storagePoolLookupByTargetPath: call(391, { path: string }, { pool: storagePool }),
  connectListAllStoragePools: call(
    281,
    { needResults: bool, flags: u32 },
    { pools: array(storagePool, POOL_LIST_MAX), count: u32 },
  ),
  storagePoolCreateXml: call(76, { xml: string, flags: u32 }, { pool: storagePool }),
  storagePoolDefineXml: call(77, { xml: string, flags: u32 }, { pool: storagePool }),
  storagePoolCreate: call(78, { pool: storagePool, flags: u32 }, {}),
  storagePoolBuild: call(79, { pool: storagePool, flags: u32 }, {}),
  storagePoolDestroy: call(80, { pool: storagePool }, {}),
  storagePoolDelete: call(81, { pool: storagePool, flags: u32 }, {}),
  storagePoolUndefine: call(82, { pool: storagePool }, {}),
  storagePoolRefresh: call(83, { pool: storagePool, flags: u32 }, {}),
  storagePoolGetInfo: call(
    87,
    { pool: storagePool },
    { state: u32, capacityBytes: u64, allocationBytes: u64, availableBytes: u64 },
  ),
  storagePoolGetXmlDesc: call(88, { pool: storagePool, flags: u32 }, { xml: string }),
  storagePoolGetAutostart: call(89, { pool: storagePool }, { autostart: bool }),
  storagePoolSetAutostart: call(90, { pool: storagePool, autostart: bool }, {}),

  storageVolLookupByName: call(95, { pool: storagePool, name: string }, { vol: storageVol }),
  storageVolLookupByKey: call(96, { key: string }, { vol: storageVol }),
  storageVolLookupByPath: call(97, { path: string }, { vol: storageVol }),
  storageVolCreateXml: call(93, { pool: storagePool, xml: string, flags: u32 }, { vol: storageVol }),
  storageVolDelete: call(94, { vol: storageVol, flags: u32 }, {}),
  storageVolGetInfo: call(98, { vol: storageVol }, { type: i32, capacityBytes: u64, allocationBytes: u64 }),
  storageVolGetXmlDesc: call(99, { vol: storageVol, flags: u32 }, { xml: string }),
  storageVolGetPath: call(100, { vol: storageVol }, { path: string }),
} as const;

/** What disks, volumes and more are unlocked with. `usageType`: see SecretUsage. */
export const secretProcedures = {
  secretLookupByUuid: call(141, { uuid }, { secret }),
  secretLookupByUsage: call(147, { usageType: i32, usageId: string }, { secret }),
  secretDefineXml: call(142, { xml: string, flags: u32 }, { secret }),
  secretUndefine: call(146, { secret }, {}),
} as const;

/** Virtual networks. */
export const networkProcedures = {
  networkLookupByName: call(46, { name: string }, { network }),
  connectListAllNetworks: call(
    283,
    { needResults: bool, flags: u32 },
    { networks: array(network, NETWORK_LIST_MAX), count: u32 },
  ),
  networkIsActive: call(152, { network }, { active: bool }),
  networkGetXmlDesc: call(43, { network, flags: u32 }, { xml: string }),
  networkCreate: call(39, { network }, {}),
  networkDestroy: call(42, { network }, {}),
  networkDefineXml: call(41, { xml: string }, { network }),
  networkUndefine: call(49, { network }, {}),

  /** Devices of the host's own network. Not every libvirtd has a driver for them. */
  interfaceLookupByName: call(128, { name: string }, { device: hostInterface }),
} as const;
