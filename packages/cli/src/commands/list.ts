import type { DomainSummary } from '@virt-ferry/engine';
import { messageOf } from '@virt-ferry/libvirt/errors';
import { knownHosts, resolveHost } from '../config/hosts.ts';
import { oneLine } from '../display/printable.ts';
import { table } from '../display/table.ts';
import { ExitCode } from '../errors.ts';
import { type Io, printJson, printLine, tell } from '../io.ts';
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
    if (options.json) printJson(io, domains);
    else if (domains.length > 0)
      printLine(io, table(['NAME', 'HOST', 'STATE', 'VCPUS', 'MEMORY'], domains.map(row)));
    else if (failures.length === 0) tell(io, 'no domains');
    for (const { host, reason } of failures) tell(io, `ferry: ${host}: ${oneLine(messageOf(reason))}`);
    return failures.length > 0 ? ExitCode.blocked : ExitCode.done;
  });
}

function row(domain: DomainSummary): string[] {
  return [domain.name, domain.host, domain.state, String(domain.vcpus), formatBytes(domain.memoryBytes)];
}
