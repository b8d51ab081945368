import { CONTROLLER } from '@virt-ferry/lab';
import { cutLink, resetLink, slowLink } from '@virt-ferry/lab/faults';
import type { Fault } from './fault.ts';

const between = (side: 'source' | 'destination'): Fault[] => [
  {
    name: `${side}-unreachable`,
    text: `all packets between Ferry and the ${side} vanish for 2 s`,
    lasts: 'a-while',
    inject: ({ stage, from, to }) => cutLink(stage.lab, CONTROLLER, side === 'source' ? from : to),
  },
  {
    name: `${side}-reset`,
    text: `Ferry's connections to the ${side} break, and new ones are refused for 2 s`,
    lasts: 'a-while',
    inject: ({ stage, from, to }) => resetLink(stage.lab, CONTROLLER, side === 'source' ? from : to),
  },
];

/** What can happen to the network, between the hosts and to Ferry. */
export const linkFaults: readonly Fault[] = [
  {
    name: 'link-cut',
    text: 'all packets between the hosts vanish for 2 s',
    lasts: 'a-while',
    inject: ({ stage, from, to }) => cutLink(stage.lab, from, to),
  },
  {
    name: 'link-cut-there',
    text: 'packets from the source to the destination vanish for 2 s',
    lasts: 'a-while',
    inject: ({ stage, from, to }) => cutLink(stage.lab, from, to, 'a-to-b'),
  },
  {
    name: 'link-cut-back',
    text: 'packets from the destination to the source vanish for 2 s',
    lasts: 'a-while',
    inject: ({ stage, from, to }) => cutLink(stage.lab, from, to, 'b-to-a'),
  },
  {
    name: 'link-reset',
    text: 'connections between the hosts break, and new ones are refused for 2 s',
    lasts: 'a-while',
    inject: ({ stage, from, to }) => resetLink(stage.lab, from, to),
  },
  {
    name: 'link-slow',
    text: 'the source has half of its rate to the end of the move',
    lasts: 'until-ended',
    inject: ({ stage, from }) => slowLink(stage.lab, from, '400mbit'),
  },
  {
    name: 'ferry-cut-off',
    text: 'all packets between Ferry and both hosts vanish for 2 s',
    lasts: 'a-while',
    inject: async ({ stage, from, to }) => {
      const undo = [await cutLink(stage.lab, CONTROLLER, from), await cutLink(stage.lab, CONTROLLER, to)];
      return async () => {
        for (const one of undo) await one();
      };
    },
  },
  ...between('source'),
  ...between('destination'),
];
