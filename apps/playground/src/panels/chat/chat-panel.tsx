/** The panel of the channels: what is said in the zone and to all, whispers, and emotes. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ShownChannel } from '../../play/chat-store';
import { Icon } from '../../ui/icon';
import { useAutoScroll } from '../../ui/auto-scroll';
import { attempt } from '../../ui/toasts';
import { ComposeLine } from '../compose-line';
import type { Panel, PanelProps } from '../panel';
import { ChatLineView } from './chat-line-view';
import './chat.css';

const CHANNELS: readonly { readonly id: ShownChannel; readonly title: string }[] = [
  { id: 'zone', title: 'Zone' },
  { id: 'global', title: 'All' },
];
const EMOTES = ['wave', 'bow', 'cheer', 'laugh', 'cry', 'dance', 'point', 'sit'] as const;
const MAX_TEXT = 500;

const channel = signal<ShownChannel>('zone');

function ChatView({ play }: PanelProps): JSX.Element {
  const { chat, world, client, session } = play;
  const { value: shown } = channel;
  const { value: whisperTo } = chat.whisperTo;
  const lines = [...chat[shown].value, ...chat.whispers.value].sort((one, other) =>
    one.createdAt.localeCompare(other.createdAt),
  );
  const list = useAutoScroll(lines.length);
  const { value: unread } = chat.unread;
  useEffect(() => chat.markRead(), [unread]);
  const typing = chat.typing.value.filter((each) => each.channel === shown).map(({ name }) => name);
  const emote = (name: (typeof EMOTES)[number]): void => {
    const target = world.target.value;
    const to = target && !target.isMonster ? { targetId: target.id } : {};
    attempt(() => client.request('chat:emote', { emote: name, ...to }));
  };
  return (
    <>
      <div class="panel-head">
        <h2>Chat</h2>
        <div class="segments end" role="group" aria-label="Channel">
          {CHANNELS.map(({ id, title }) => (
            <button key={id} class="button compact" aria-pressed={id === shown} onClick={() => (channel.value = id)}>
              {title}
            </button>
          ))}
        </div>
      </div>
      <div class="panel-body" ref={list} tabIndex={0} role="log" aria-label="What was said">
        {lines.length === 0 && (
          <p class="empty">
            {shown === 'zone'
              ? 'Nothing was said here yet. Say hello: everyone in this zone reads it.'
              : 'Quiet so far.'}
          </p>
        )}
        <ol class="chat-lines">
          {lines.map((line) => (
            <ChatLineView key={line.id} line={line} isOwn={line.fromUserId === session.userId.value} />
          ))}
        </ol>
      </div>
      <div class="panel-foot">
        <p class="chat-typing small muted">{typing.length > 0 ? `${typing.join(', ')} is typing…` : ''}</p>
        <div class="emotes" role="group" aria-label="Emotes">
          {EMOTES.map((name) => (
            <button key={name} class="button compact quiet" onClick={() => emote(name)}>
              {name}
            </button>
          ))}
        </div>
        <ComposeLine
          id="say"
          label={
            whisperTo === undefined ? (shown === 'zone' ? 'Say to the zone' : 'Say to all') : `Whisper to ${whisperTo}`
          }
          maxLength={MAX_TEXT}
          onTyping={() => chat.announceTyping(shown)}
          onSend={(text) => (whisperTo === undefined ? chat.say(shown, text) : chat.whisper(whisperTo, text))}
        >
          {whisperTo !== undefined && (
            <button
              type="button"
              class="button square whisper-end"
              aria-label="End the whisper"
              onClick={() => (chat.whisperTo.value = undefined)}
            >
              <Icon name="cross" />
            </button>
          )}
        </ComposeLine>
      </div>
    </>
  );
}

export const chatPanel: Panel = {
  id: 'chat',
  title: 'Chat',
  icon: 'chat',
  badge: ({ chat }) => chat.unread.value,
  View: ChatView,
};
