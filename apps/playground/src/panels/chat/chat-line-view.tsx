/** One line of the chat. */
import type { JSX } from 'preact';
import type { ChatLine } from '../../play/chat-store';
import { clockTime } from '../../ui/clock-time';

export function ChatLineView({ line, isOwn }: { readonly line: ChatLine; readonly isOwn: boolean }): JSX.Element {
  const { kind, fromName, toName = '', text, createdAt } = line;
  if (kind === 'emote')
    return (
      <li class="chat-line is-emote">
        {fromName} · {text}
      </li>
    );
  return (
    <li class={`chat-line ${kind === 'whisper' ? 'is-whisper' : ''} ${isOwn ? 'is-own' : ''}`}>
      <time class="small muted" dateTime={createdAt}>
        {clockTime(createdAt)}
      </time>
      <span>
        <strong class="chat-name">
          {kind === 'whisper' ? (isOwn ? `To ${toName}` : `${fromName} whispers`) : fromName}
        </strong>{' '}
        {text}
      </span>
    </li>
  );
}
