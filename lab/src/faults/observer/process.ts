// The observer's own process; see observer.ts. It ends when its parent does.
import { constants, setPriority } from 'node:os';
import { type Request, requestSchema } from './messages.ts';
import { Watch } from './watch.ts';

// Who looks each 10 ms must get the processor when guests have it.
setPriority(constants.priority.PRIORITY_HIGHEST);

let watch: Watch | null = null;

process.on('disconnect', () => process.exit());
process.on('message', (message) => {
  void answer(requestSchema.parse(message)).then((value) => process.send?.(value));
});

async function answer(request: Request): Promise<unknown> {
  if (request.ask === 'begin') {
    watch = new Watch(request.target);
    await watch.begin();
    return {};
  }
  return request.ask === 'now' ? watch?.now() : watch?.end();
}
