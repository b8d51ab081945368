import type { Env } from '../env.ts';
import type { AbortRequest } from '../migrate/abort-request.ts';
import type { Story } from '../migrate/story.ts';
import type { Site } from './site.ts';

/** All that recovery acts on. */
export interface Scene {
  readonly domain: { readonly name: string; readonly uuid: string };
  readonly source: Site;
  readonly destination: Site;
  readonly story: Story;
  readonly env: Env;
  /** Leaves everything as it is, as soon as that is no harm. */
  readonly signal: AbortSignal;
  /** Whether the user wants the move stopped. */
  readonly abort: AbortRequest;
}
