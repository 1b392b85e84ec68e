/** One message: its text, its reactions, how far it has come, and what its reader can do with it. */
import type { ShownMessage } from '@aeturnis/client';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Play } from '../../play/play';
import { clockTime } from '../../ui/clock-time';
import { Icon } from '../../ui/icon';
import { attempt } from '../../ui/toasts';
import { EditForm } from './edit-form';

const EMOJIS = ['👍', '❤️', '😂', '🔥', '🎉'] as const;

interface MessageBubbleProps {
  readonly play: Play;
  readonly conversationId: string;
  readonly message: ShownMessage;
  readonly userId: string | undefined;
}

export function MessageBubble({ play, conversationId, message, userId }: MessageBubbleProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const [isEditing, setEditing] = useState(false);
  const { id, key, senderName, content, createdAt, isOwn, isDeleted, isEdited, reactions, status, failure } = message;
  const { client } = play;
  const about = { conversationId, messageId: id ?? '' };
  const react = (emoji: string): void => {
    const own = reactions.find((reaction) => reaction.emoji === emoji && reaction.userId === userId);
    setOpen(false);
    attempt(() =>
      own
        ? client.request('reaction:remove', { ...about, reactionId: own.id })
        : client.request('reaction:add', { ...about, emoji }),
    );
  };
  const counts = new Map<string, number>();
  for (const { emoji } of reactions) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  const text = isDeleted ? <em class="muted">deleted</em> : content;
  return (
    <li class={isOwn ? 'bubble-row is-own' : 'bubble-row'}>
      <div class={`bubble ${failure ? 'is-failed' : ''}`}>
        {!isOwn && <strong class="bubble-name">{senderName}</strong>}
        {isEditing ? (
          <EditForm
            text={content}
            onCancel={() => setEditing(false)}
            onSave={(changed) => {
              setEditing(false);
              attempt(() => client.request('message:update', { ...about, content: changed }));
            }}
          />
        ) : (
          <p>{text}</p>
        )}
        <p class="bubble-meta">
          {createdAt !== undefined && <time dateTime={createdAt}>{clockTime(createdAt)}</time>}
          {isEdited && !isDeleted && <span>edited</span>}
          {status && <span class={`status is-${status}`}>{failure?.message ?? status}</span>}
        </p>
        {counts.size > 0 && (
          <p class="reactions">
            {[...counts].map(([emoji, count]) => (
              <button key={emoji} class="reaction" aria-label={`${emoji} ${count}`} onClick={() => react(emoji)}>
                {emoji} {count}
              </button>
            ))}
          </p>
        )}
        {isOpen && (
          <div class="bubble-actions">
            {EMOJIS.map((emoji) => (
              <button
                key={emoji}
                class="button square quiet"
                aria-label={`React ${emoji}`}
                onClick={() => react(emoji)}
              >
                {emoji}
              </button>
            ))}
            {isOwn && (
              <>
                <button class="button compact quiet" onClick={() => (setOpen(false), setEditing(true))}>
                  Edit
                </button>
                <button
                  class="button compact quiet"
                  onClick={() => (setOpen(false), attempt(() => client.request('message:delete', about)))}
                >
                  Delete
                </button>
              </>
            )}
          </div>
        )}
        {failure && (
          <div class="bubble-actions">
            <button class="button compact" onClick={() => attempt(() => client.outbox.retry(key))}>
              Send again
            </button>
            <button class="button compact quiet" onClick={() => attempt(() => client.outbox.discard(key))}>
              Discard
            </button>
          </div>
        )}
      </div>
      {id !== undefined && !isDeleted && (
        <button
          class="button square quiet bubble-more"
          aria-label="React or change"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name="more" />
        </button>
      )}
    </li>
  );
}
