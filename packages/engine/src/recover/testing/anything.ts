import { DomainState } from '@virt-ferry/libvirt';
import fc from 'fast-check';
import { entry } from '../model/entries.ts';
import { phases } from '../record.ts';
import { away, unknown } from './sightings.ts';
import { act, chose, POOL, removed, told, VOLUME, type Wishes, waited } from './told.ts';

const answers = fc.constantFrom('none', 'ok', 'refused', 'lost');

const ways = fc.constantFrom<Wishes>(
  ...(['direct', 'p2p'] as const).flatMap((drive) => [
    { drive, method: 'pre-copy', commit: 'strict' } as const,
    { drive, method: 'pre-copy', commit: 'finish' } as const,
    // libvirt takes no other.
    { drive, method: 'post-copy', commit: 'finish' } as const,
  ]),
);

const circumstances = fc.record({
  wasPaused: fc.boolean(),
  persistent: fc.boolean(),
  definedThere: fc.boolean(),
  copyStorage: fc.boolean(),
  abortRequested: fc.boolean(),
  sourceDefinition: fc.constantFrom('remove', 'keep'),
});

const since = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'abort-job',
        'cancel-destination',
        'resume-source',
        'suspend-source',
        'release-source',
        'finish',
        'commit',
        'undefine-destination',
        'restore-definition',
        'restore-downtime',
        'restore-speed',
      ),
      answers,
    )
    .map(([step, answer]) => act(step, answer)),
  fc.constantFrom(
    waited,
    removed(POOL),
    removed(VOLUME),
    act('limit-downtime', 'ok', { fromMs: 300 }),
    act('hold-back', 'ok', { before: { quotaUs: -1, periodUs: 100_000 } }),
    [entry('result', 'perform', { ok: false })],
  ),
);

const withChoice = (choices: fc.Arbitrary<ReturnType<typeof chose>>) =>
  fc
    .tuple(
      ways,
      circumstances,
      fc.constantFrom(...phases),
      answers,
      fc.array(since, { maxLength: 6 }),
      choices,
    )
    .map(([way, facts, reached, answer, acts, choice]) =>
      told({ ...way, ...facts }, reached, answer, ...acts, choice),
    );

/** What a journal may say, and things that it hardly will; nothing was chosen. */
export const anyRecord = withChoice(fc.constant([]));

/** The same, and the operator chose. */
export const anyChosenRecord = withChoice(fc.constantFrom('source', 'destination', 'accept').map(chose));

/** What a host may say, and things that it hardly will. */
export const anySighting = fc.oneof(
  fc.constantFrom(away, unknown),
  fc.record({
    seen: fc.constant('present'),
    state: fc.constantFrom(DomainState.running, DomainState.paused, DomainState.shutoff, 0, 6),
    // All of libvirt's reasons are below.
    reason: fc.nat({ max: 15 }),
    job: fc.constantFrom('none', 'outgoing', 'incoming'),
    persistent: fc.boolean(),
  }),
);
