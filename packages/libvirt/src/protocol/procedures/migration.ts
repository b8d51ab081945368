import { array, bool, i32, opaque, optional, string, u32, u64 } from '../../xdr/codec.ts';
import { call } from '../procedure.ts';
import { domain, JOB_STATS_MAX, MIGRATE_COOKIE_MAX, MIGRATE_PARAM_LIST_MAX } from '../structs.ts';
import { typedParam } from '../typed-param.ts';

const params = array(typedParam, MIGRATE_PARAM_LIST_MAX);
const cookie = opaque(MIGRATE_COOKIE_MAX);

/**
 * The five phases of a migration that the client drives itself, and the job that runs meanwhile.
 *
 *   source       Begin ───────────────► Perform ─────────────► Confirm
 *                  │ xml, cookie          ▲ │ cookie              ▲
 *   destination    └──────► Prepare ──────┘ └──────► Finish ──────┘
 */
export const migrationProcedures = {
  domainMigrateBegin3Params: call(302, { dom: domain, params, flags: u32 }, { cookie, xml: string }),
  domainMigratePrepare3Params: call(303, { params, cookie, flags: u32 }, { cookie, uri: optional(string) }),
  domainMigratePerform3Params: call(
    305,
    { dom: domain, dconnuri: optional(string), params, cookie, flags: u32 },
    { cookie },
  ),
  domainMigrateFinish3Params: call(
    306,
    { params, cookie, flags: u32, cancelled: bool },
    { dom: domain, cookie },
  ),
  domainMigrateConfirm3Params: call(307, { dom: domain, params, cookie, flags: u32, cancelled: bool }, {}),

  domainGetJobInfo: call(
    163,
    { dom: domain },
    {
      type: i32,
      timeElapsedMs: u64,
      timeRemainingMs: u64,
      dataTotal: u64,
      dataProcessed: u64,
      dataRemaining: u64,
      memTotal: u64,
      memProcessed: u64,
      memRemaining: u64,
      fileTotal: u64,
      fileProcessed: u64,
      fileRemaining: u64,
    },
  ),
  domainGetJobStats: call(
    298,
    { dom: domain, flags: u32 },
    { type: i32, params: array(typedParam, JOB_STATS_MAX) },
  ),
  domainAbortJob: call(164, { dom: domain }, {}),
  domainAbortJobFlags: call(442, { dom: domain, flags: u32 }, {}),
  domainMigrateSetMaxDowntime: call(166, { dom: domain, downtimeMs: u64, flags: u32 }, {}),
  domainMigrateGetMaxDowntime: call(387, { dom: domain, flags: u32 }, { downtimeMs: u64 }),
  domainMigrateSetMaxSpeed: call(207, { dom: domain, bandwidthMiBPerS: u64, flags: u32 }, {}),
  domainMigrateGetMaxSpeed: call(242, { dom: domain, flags: u32 }, { bandwidthMiBPerS: u64 }),
  domainMigrateGetCompressionCache: call(299, { dom: domain, flags: u32 }, { cacheBytes: u64 }),
  domainMigrateSetCompressionCache: call(300, { dom: domain, cacheBytes: u64, flags: u32 }, {}),
  domainMigrateStartPostCopy: call(364, { dom: domain, flags: u32 }, {}),

  domainGetBlockJobInfo: call(
    238,
    { dom: domain, path: string, flags: u32 },
    { found: bool, type: i32, bandwidth: u64, current: u64, end: u64 },
  ),
  domainBlockJobAbort: call(237, { dom: domain, path: string, flags: u32 }, {}),
} as const;
