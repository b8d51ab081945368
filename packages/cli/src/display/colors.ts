import type { Writable } from 'node:stream';
import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;
const noColors: Colors = picocolors.createColors(false);

/** Colours for a stream that shows them and a user who wants them (https://no-color.org). */
export function colorsFor(stream: Writable & { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Colors {
  if (env.NO_COLOR) return noColors;
  return picocolors.createColors(Boolean(env.FORCE_COLOR) || (stream.isTTY === true && env.TERM !== 'dumb'));
}
