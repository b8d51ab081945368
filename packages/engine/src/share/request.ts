import { EngineError } from '../errors.ts';
import type { HostRef } from '../model.ts';
import type { ShareRequest } from './model.ts';
import { pathTrouble } from './path-rules.ts';

/** Throws an EngineError, `share-request`, where something can't be meant so. */
export function checkRequest({ server, clients, path, mount }: ShareRequest): void {
  for (const [what, one] of Object.entries({ path, mount })) {
    const trouble = pathTrouble(one);
    if (trouble !== null) throw bad(`--${what} ${JSON.stringify(one)} ${trouble}`);
  }
  if (clients.length === 0) throw bad('say which hosts are to see it: --client HOST');
  const all: readonly HostRef[] = [server, ...clients];
  const twice = all.find(({ name, uri }, at) =>
    all.slice(0, at).some((other) => other.name === name || other.uri === uri),
  );
  if (twice) throw bad(`${twice.name} is named twice`);
}

/** What a share that is there already says against asking this of it now; a client more is nothing against it. */
export function checkAgainst(asked: ShareRequest, there: ShareRequest): void {
  const differs = (['mount', 'nfs', 'mountWith'] as const).find((what) => asked[what] !== there[what]);
  if (differs === undefined) return;
  const option = { mount: '--mount', nfs: '--nfs', mountWith: '--mount-with' }[differs];
  throw bad(
    `${there.path} of ${there.server.name} is shared already with ${option} ${there[differs]}; to change that, remove it first: ferry share remove --server ${there.server.name} --path ${there.path}`,
  );
}

function bad(message: string): EngineError {
  return new EngineError('share-request', message);
}
