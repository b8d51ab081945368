// A process that plays a daemon with a short keepalive; see rpc/thread-link.test.ts.
import { Program } from '../protocol/procedure.ts';
import { type Peer, startFakeDaemon } from './fake-daemon.ts';
import { ping } from './messages.ts';

const PING_MS = 50;
const PATIENCE = 4;

const isPong = ({ header }: Peer['frames'][number]) =>
  header.program === Program.keepalive && header.procedure === 2;

const daemon = await startFakeDaemon();
const asked = new Map<Peer, number>();
const timer = setInterval(() => {
  for (const peer of daemon.peers) {
    const pings = (asked.get(peer) ?? 0) + 1;
    asked.set(peer, pings);
    if (pings - peer.frames.filter(isPong).length > PATIENCE) peer.drop();
    else peer.send(ping);
  }
}, PING_MS);

process.send?.(daemon.uri);
process.on('disconnect', () => {
  clearInterval(timer);
  void daemon.close();
});
