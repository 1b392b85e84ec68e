/** One player or monster in view, which becomes the target when it is opened, with all that can be done. */
import type { JSX } from 'preact';
import type { Play } from '../../play/play';
import { attempt } from '../../ui/toasts';
import type { Nearby } from '../../world/world-store';
import { showPanel } from '../shown-panel';
import { attack, challenge } from '../fight/start-fight';
import { walkTo } from './walk-to';

interface NearbyRowProps {
  readonly play: Play;
  readonly nearby: Nearby;
  readonly onBlock: (characterId: string, name: string) => Promise<void>;
}

export function NearbyRow({ play, nearby, onBlock }: NearbyRowProps): JSX.Element {
  const { id, name, kind, level, isMonster, status, distance } = nearby;
  const { world, chat, conversations, client } = play;
  const isTarget = world.targetId.value === id;
  const whisper = (): void => {
    chat.whisperTo.value = name;
    showPanel('chat');
  };
  const message = async (): Promise<void> => {
    await conversations.showWith(id);
    showPanel('messages');
    requestAnimationFrame(() => document.getElementById('write')?.focus());
  };
  const approach = (): void => walkTo(play, { id, name, position: () => world.positionOf(id) });
  return (
    <li class={isTarget ? 'row is-target' : 'row'}>
      <button
        class="row-title row-toggle"
        aria-expanded={isTarget}
        onClick={() => (world.targetId.value = isTarget ? undefined : id)}
      >
        <strong class={isMonster ? 'monster-name' : 'player-name'}>{name}</strong>{' '}
        <span class="small muted">
          {isMonster ? `level ${level}` : `${kind} ${level}`}
          {status !== undefined && ` · ${status}`}
        </span>{' '}
        <span class="end small muted figures">{distance} away</span>
      </button>
      {isTarget && (
        <div class="row-actions">
          <button class="button compact" onClick={approach}>
            Walk to
          </button>
          {isMonster ? (
            <button class="button compact danger" onClick={() => attempt(() => attack(play, id))}>
              Attack
            </button>
          ) : (
            <>
              <button class="button compact" onClick={whisper}>
                Whisper
              </button>
              <button class="button compact" onClick={() => attempt(message)}>
                Message
              </button>
              <button
                class="button compact"
                onClick={() => attempt(() => client.request('chat:emote', { emote: 'wave', targetId: id }))}
              >
                Wave
              </button>
              <button class="button compact danger" onClick={() => attempt(() => challenge(play, id))}>
                Challenge
              </button>
              <button class="button compact quiet" onClick={() => attempt(() => onBlock(id, name))}>
                Block
              </button>
            </>
          )}
        </div>
      )}
    </li>
  );
}
