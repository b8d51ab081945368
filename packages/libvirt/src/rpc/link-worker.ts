// The link thread: holds the sockets of all thread links of a process.
import { parentPort } from 'node:worker_threads';
import { serveLink } from './link-server.ts';
import type { FromLink, ToLink } from './remote-link.ts';
import { channelOver, type OpenLink } from './thread-link.ts';

parentPort?.on(
  'message',
  ({ target, port }: OpenLink) => void serveLink(target, channelOver<FromLink, ToLink>(port)),
);
