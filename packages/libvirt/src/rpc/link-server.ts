import type { LibvirtError } from '../errors.ts';
import { openTransport } from '../transport/open.ts';
import type { Target } from '../uri.ts';
import { type Link, StreamLink } from './link.ts';
import { asLibvirtError, type Channel, type FromLink, type ToLink } from './remote-link.ts';

/** Opens a link and holds it for whoever is at the other end of the channel. Resolves when it has ended. */
export async function serveLink(target: Target, channel: Channel<FromLink, ToLink>): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const end = ({ code, message }: LibvirtError) => {
    channel.post({ kind: 'end', code, message });
    channel.close();
    ended.resolve();
  };
  const opening = new AbortController();
  const commands: ToLink[] = [];
  let link: Link | undefined;
  channel.listen((command) => {
    if (link) obey(link, command);
    else if (command.kind === 'close')
      opening.abort(asLibvirtError('disconnected', 'given up while connecting'));
    else commands.push(command);
  });
  try {
    const transport = await openTransport(target, opening.signal);
    link = new StreamLink(transport, {
      // The payload is a view of a larger buffer.
      onFrame: ({ header, payload }) =>
        channel.post({ kind: 'frame', frame: { header, payload: new Uint8Array(payload) } }),
      onEnd: end,
    });
    channel.post({ kind: 'open' });
    for (const command of commands) obey(link, command);
  } catch (error) {
    end(asLibvirtError('connect', error));
  }
  await ended.promise;
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
