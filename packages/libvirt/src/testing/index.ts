// For tests of this client and of what is built on it.
export { procedures } from '../protocol/procedures/index.ts';
export { type FakeDaemon, type FakeDaemonOptions, type Peer, startFakeDaemon } from './fake-daemon.ts';
export { encoded, errorTo, eventOf, frameOf, ping, replyTo } from './messages.ts';
