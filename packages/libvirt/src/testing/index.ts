// For tests of this client and of what is built on it.
export { Program } from '../protocol/procedure.ts';
export { procedures } from '../protocol/procedures/index.ts';
export { encodeFrame, type Frame, FrameDecoder, type Header, MessageType } from '../rpc/frame.ts';
export { type FakeDaemon, type FakeDaemonOptions, type Peer, startFakeDaemon } from './fake-daemon.ts';
export { encoded, errorTo, eventOf, frameOf, ping, replyTo } from './messages.ts';
