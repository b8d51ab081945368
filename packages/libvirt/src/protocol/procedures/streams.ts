import { u32, u64 } from '../../xdr/codec.ts';
import { call } from '../procedure.ts';
import { storageVol } from '../structs.ts';

const part = { vol: storageVol, offset: u64, length: u64, flags: u32 };

/** Calls that begin a stream: raw bytes follow, told apart from others by the call's serial. */
export const streamProcedures = {
  storageVolUpload: call(208, part, {}),
  storageVolDownload: call(209, part, {}),
} as const;
