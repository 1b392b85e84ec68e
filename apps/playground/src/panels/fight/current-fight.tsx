/** A fight: who takes part, what has happened, and what the visitor can do now. */
import type { ShownFight } from '@aeturnis/client';
import type { CombatEntry } from '@aeturnis/contracts';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Play } from '../../play/play';
import { copyText } from '../../ui/copy-text';
import { attempt } from '../../ui/toasts';
import { Deadline } from './deadline';
import { entryText } from './entry-text';
import { FightReplay } from './fight-replay';
import { LegalActions } from './legal-actions-list';
import { ParticipantBar } from './participant-bar';

const MAX_ENTRIES = 60;

interface CurrentFightProps {
  readonly play: Play;
  readonly fight: ShownFight;
}

export function CurrentFight({ play, fight }: CurrentFightProps): JSX.Element {
  const { sessionId, state, request, entries, end } = fight;
  const log = useSignal<readonly CombatEntry[]>([]);
  useEffect(() => {
    const known = log.value.at(-1)?.seq ?? 0;
    log.value = [...log.value, ...entries.filter(({ seq }) => seq > known)].slice(-MAX_ENTRIES);
  }, [entries]);
  if (!state)
    return (
      <p class="row">
        The challenge waits for an answer.{' '}
        <button class="button compact quiet" onClick={() => attempt(() => play.client.combat.decline(sessionId))}>
          Withdraw
        </button>
      </p>
    );
  const names = new Map(state.participants.map(({ id, name }) => [id, name.replace(/_/g, ' ')]));
  const nameOfId = (id: string): string => names.get(id) ?? 'someone';
  // Only players see what is in their bags.
  const isWatching = !end && !state.participants.some((participant) => 'bag' in participant);
  return (
    <article class="fight">
      <div class="row-title">
        <h3>Round {state.round}</h3>
        <button
          class="button compact quiet end"
          onClick={() => copyText(sessionId, 'The id of this fight is copied: others can watch it.')}
        >
          Copy id to watch
        </button>
        {isWatching && (
          <button class="button compact" onClick={() => attempt(() => play.client.combat.stopWatching())}>
            Stop watching
          </button>
        )}
      </div>
      <ul class="participants">
        {state.participants.map((participant) => (
          <ParticipantBar
            key={participant.id}
            participant={participant}
            isOwn={participant.id === play.hero.value?.id}
            isActing={request?.participantId === participant.id}
          />
        ))}
      </ul>
      {request && !end && <Deadline play={play} request={request} name={nameOfId(request.participantId)} />}
      {request && !end && request.legal.length > 0 && (
        <LegalActions play={play} legal={request.legal} nameOf={nameOfId} />
      )}
      {end && (
        <p class="fight-end" role="status">
          {endText(fight, play.hero.value?.id)}
        </p>
      )}
      {end && <FightReplay play={play} sessionId={sessionId} nameOf={nameOfId} />}
      <ol class="fight-log" aria-label="What has happened, the latest first">
        {[...log.value].reverse().map((entry) => {
          const text = entryText(entry, nameOfId);
          return text === undefined ? null : (
            <li key={entry.seq} class={`fight-entry is-${entry.type}`}>
              <span class="figures muted">{entry.turn}</span> {text}
            </li>
          );
        })}
      </ol>
    </article>
  );
}

function endText({ end, state }: ShownFight, ownId: string | undefined): string {
  const own = state?.participants.find(({ id }) => id === ownId);
  const { result, winningSide } = end?.outcome ?? { result: 'draw', winningSide: null };
  const reward = ownId === undefined ? undefined : end?.rewards[ownId];
  const gained = reward ? ` ${reward.experience} experience${itemsText(reward.items)}.` : '';
  if (result === 'victory' && own) return `${own.side === winningSide ? 'Victory!' : 'Defeat.'}${gained}`;
  return `The fight has ended: ${result}.${gained}`;
}

const itemsText = (items: Readonly<Record<string, number>>): string =>
  Object.entries(items)
    .map(([id, count]) => `, ${count} × ${id.replace(/_/g, ' ')}`)
    .join('');
