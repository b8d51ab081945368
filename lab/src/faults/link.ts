import { LabError } from '../errors.ts';
import { shapeLink } from '../network/wires.ts';
import { run } from '../program.ts';
import { finishedTopology } from '../status.ts';
import { namespacePath } from '../topology/names.ts';
import { addRules } from './firewall.ts';
import { addressesOf, numberOf } from './link-end.ts';
import { type Undo, undoOnce } from './undo.ts';

export type LinkDirection = 'both' | 'a-to-b' | 'b-to-a';

/**
 * Cuts what passes between two hosts, or a host and the controller: packets vanish, and nobody is told. They are dropped
 * where they arrive, since a sender's own firewall tells the sender.
 */
export async function cutLink(
  lab: string,
  a: string,
  b: string,
  direction: LinkDirection = 'both',
): Promise<Undo> {
  const [ofA, ofB] = [await addressesOf(lab, a), await addressesOf(lab, b)];
  const done: Undo[] = [];
  const undo = async () => {
    for (const one of done) await one();
  };
  try {
    if (direction !== 'b-to-a') done.push(await dropFrom(lab, b, ofA));
    if (direction !== 'a-to-b') done.push(await dropFrom(lab, a, ofB));
  } catch (error) {
    await undo();
    throw error;
  }
  return undo;
}

function dropFrom(lab: string, host: string, senders: readonly string[]): Promise<Undo> {
  return addRules(lab, host, { input: [`ip saddr ${set(senders)} drop`] });
}

/**
 * Breaks TCP between two hosts, or a host and the controller: connections that are there end at once on both sides, as
 * by a firewall that was restarted, and new ones are refused.
 */
export async function resetLink(lab: string, a: string, b: string): Promise<Undo> {
  const there = await addressesOf(lab, b);
  const isNoReset = 'tcp flags & rst == 0';
  const undo = await addRules(lab, a, {
    input: [`ip saddr ${set(there)} ${isNoReset} reject with tcp reset`],
    output: [`ip daddr ${set(there)} ${isNoReset} reject with tcp reset`],
  });
  try {
    // A rule meets a connection with its next packet only; an idle one would live on.
    for (const address of there) {
      await run('nsenter', [`--net=${namespacePath(lab, a)}`, '--', 'ss', '-K', '-t', 'dst', address]);
    }
  } catch (error) {
    await undo();
    throw error;
  }
  return undo;
}

/** Limits a host's link to the others, both ways, to a rate such as `50mbit`. Undone, it has its topology's again. */
export async function slowLink(lab: string, host: string, rate: string): Promise<Undo> {
  const number = await numberOf(lab, host);
  const before = (await finishedTopology(lab))?.hosts[host]?.link;
  if (before === undefined) throw new LabError('name', `the lab ${lab} has no host ${host}`);
  const undo = undoOnce(() => shapeLink(lab, host, number, before));
  try {
    await shapeLink(lab, host, number, rate);
  } catch (error) {
    await undo();
    throw error;
  }
  return undo;
}

const set = (addresses: readonly string[]) => `{ ${addresses.join(', ')} }`;
