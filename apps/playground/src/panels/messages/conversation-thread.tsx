/** An open conversation: its messages with their receipts, users that are typing, and the field to write. */
import type { OpenConversation } from '@aeturnis/client';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Play } from '../../play/play';
import { useAutoScroll } from '../../ui/auto-scroll';
import { Icon } from '../../ui/icon';
import { attempt } from '../../ui/toasts';
import { ComposeLine } from '../compose-line';
import { MessageBubble } from './message-bubble';

const MAX_TEXT = 10_000;

interface ConversationThreadProps {
  readonly play: Play;
  readonly open: OpenConversation;
  readonly title: string;
}

export function ConversationThread({ play, open, title }: ConversationThreadProps): JSX.Element {
  const state = useSignal(open.current.get());
  useEffect(() => open.subscribe((next) => (state.value = next)), [open]);
  const { messages, members, typing, hasEarlier } = state.value;
  const list = useAutoScroll(messages.length);
  const { queued } = play.state.value;
  const { value: userId } = play.session.userId;
  return (
    <>
      <div class="panel-head">
        <button class="button square quiet" aria-label="All conversations" onClick={() => play.conversations.hide()}>
          <Icon name="back" />
        </button>
        <h2>{title}</h2>
        <span class="end small muted">{members.length} members</span>
      </div>
      <div class="panel-body" ref={list} tabIndex={0} role="log" aria-label={`Messages of ${title}`}>
        {hasEarlier && (
          <button class="button quiet compact" onClick={() => attempt(() => open.loadEarlier())}>
            Earlier messages
          </button>
        )}
        {messages.length === 0 && <p class="empty">No messages yet. What you write is kept for {title}.</p>}
        <ol class="bubbles">
          {messages.map((message) => (
            <MessageBubble key={message.key} play={play} conversationId={open.id} message={message} userId={userId} />
          ))}
        </ol>
      </div>
      <div class="panel-foot">
        <p class="chat-typing small muted">
          {typing.length > 0
            ? `${typing.map(({ name }) => name).join(', ')} is typing…`
            : queued > 0
              ? `${queued} waiting on this device`
              : ''}
        </p>
        <ComposeLine
          id="write"
          label="Write a message"
          maxLength={MAX_TEXT}
          onTyping={() => open.announceTyping()}
          onSend={(text) => open.send(text)}
        />
      </div>
    </>
  );
}
