import type { DomainSummary } from '@virt-ferry/engine';
import { messageOf } from '@virt-ferry/libvirt/errors';
import { knownHosts, resolveHost } from '../config/hosts.ts';
import { oneLine } from '../display/printable.ts';
import { table } from '../display/table.ts';
import { ExitCode } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
import { attendanceText, mentioned, type OpenOperation, openOperations } from '../open-operations.ts';
import { openRuns, openRunText } from '../open-runs.ts';
import { formatBytes } from '../units/rate.ts';
import { withEngine } from '../with-engine.ts';

/** `ferry list [--host H]`. A host that doesn't answer is named, the others are listed all the same. */
export async function run(
  options: { readonly host?: string; readonly json?: boolean },
  io: Io,
): Promise<number> {
  const hosts =
    options.host === undefined ? await knownHosts(io.env) : [await resolveHost(options.host, io.env)];
  return withEngine(io, async (engine, env) => {
    const answers = await Promise.allSettled(hosts.map((host) => engine.listDomains(host, env)));
    const domains = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const failures = answers.flatMap((answer, index) =>
      answer.status === 'rejected'
        ? [{ host: hosts[index]?.name ?? '', reason: answer.reason as unknown }]
        : [],
    );
    const read = () => Promise.all([openOperations(engine, env), openRuns(engine, env)]);
    const [open, runs] = (await mentioned(read, io)) ?? [[], []];
    const marked = domains.map((domain) => ({
      domain,
      open: open.find(({ operation }) => operation.domain.uuid === domain.uuid),
    }));
    if (options.json) printJson(io, marked.map(jsonOf));
    else if (domains.length > 0) printLine(io, domainTable(marked));
    else if (failures.length === 0) tell(io, 'no domains');
    for (const run of runs) tell(io, oneLine(openRunText(run)));
    for (const { host, reason } of failures) tell(io, `ferry: ${host}: ${oneLine(messageOf(reason))}`);
    return failures.length > 0 ? ExitCode.blocked : ExitCode.done;
  });
}

interface Marked {
  readonly domain: DomainSummary;
  /** The operation of that domain which is not at its end. */
  readonly open: OpenOperation | undefined;
}

function jsonOf({ domain, open }: Marked): object {
  return open ? { ...domain, operation: { id: open.operation.id, state: open.attendance } } : domain;
}

/** With a column for operations only where there are any. */
function domainTable(marked: readonly Marked[]): string {
  const header = ['NAME', 'HOST', 'STATE', 'VCPUS', 'MEMORY'];
  const withMarks = marked.some(({ open }) => open !== undefined);
  return table(
    withMarks ? [...header, 'OPERATION'] : header,
    marked.map(({ domain, open }) => [
      ...[domain.name, domain.host, domain.state, String(domain.vcpus), formatBytes(domain.memoryBytes)],
      ...(open ? [`${open.operation.id} ${attendanceText(open)}`] : []),
    ]),
  );
}
