// The link thread: holds the sockets of all thread links and answers the daemons' keepalive. See thread-link.ts.
import { type MessagePort, parentPort } from 'node:worker_threads';
import { LibvirtError } from '../errors.ts';
import { openTransport } from '../transport/open.ts';
import type { Target } from '../uri.ts';
import { type Link, StreamLink } from './link.ts';
import type { FromLink, OpenLink, ToLink } from './thread-link.ts';

parentPort?.on('message', ({ target, port }: OpenLink) => void serve(target, port));

async function serve(target: Target, port: MessagePort): Promise<void> {
  const post = (message: FromLink, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const end = ({ code, message }: LibvirtError) => {
    post({ kind: 'end', code, message });
    port.close();
  };
  const opening = new AbortController();
  const commands: ToLink[] = [];
  let link: Link | undefined;
  port.on('message', (command: ToLink) => {
    if (link) obey(link, command);
    else if (command.kind === 'close')
      opening.abort(new LibvirtError('disconnected', 'given up while connecting'));
    else commands.push(command);
  });
  try {
    const transport = await openTransport(target, opening.signal);
    link = new StreamLink(transport, {
      onFrame: ({ header, payload }) => {
        const copy = new Uint8Array(payload);
        post({ kind: 'frame', frame: { header, payload: copy } }, [copy.buffer]);
      },
      onEnd: end,
    });
    post({ kind: 'open' });
    for (const command of commands) obey(link, command);
  } catch (error) {
    end(error instanceof LibvirtError ? error : new LibvirtError('connect', String(error), { cause: error }));
  }
}

function obey(link: Link, command: ToLink): void {
  switch (command.kind) {
    case 'send':
      link.send(command.frame);
      return;
    case 'keepalive':
      link.startKeepalive(command.keepalive);
      return;
    case 'close':
      link.close();
      return;
    default:
      command satisfies never;
  }
}
