/** The panel of stored conversations: the list, or the one that is open. */
import type { JSX } from 'preact';
import type { ConversationSummary } from '@aeturnis/contracts';
import { useEffect } from 'preact/hooks';
import { clockTime } from '../../ui/clock-time';
import { attempt } from '../../ui/toasts';
import type { Panel, PanelProps } from '../panel';
import { ConversationThread } from './conversation-thread';
import './messages.css';

const titleOf = ({ title, with: partner }: ConversationSummary): string => title ?? partner?.name ?? 'Group';

function MessagesView({ play }: PanelProps): JSX.Element {
  const { conversations } = play;
  const { value: open } = conversations.open;
  useEffect(() => {
    conversations.isShown.value = true;
    void conversations.read();
    return () => (conversations.isShown.value = false);
  }, []);
  if (open) {
    const summary = conversations.summaries.value.find(({ id }) => id === open.id);
    return (
      <ConversationThread key={open.id} play={play} open={open} title={summary ? titleOf(summary) : 'Conversation'} />
    );
  }
  return (
    <>
      <div class="panel-head">
        <h2>Messages</h2>
      </div>
      <div class="panel-body">
        {conversations.summaries.value.length === 0 && (
          <p class="empty">
            No conversations yet. Choose “Message” beside someone around you. What you write here is kept, also while
            you have no connection.
          </p>
        )}
        <ul class="rows">
          {conversations.summaries.value.map((summary) => (
            <li key={summary.id}>
              <button class="row conversation-row" onClick={() => attempt(() => conversations.show(summary.id))}>
                <span class="row-title">
                  <strong>{titleOf(summary)}</strong>{' '}
                  {summary.lastMessageAt !== undefined && (
                    <span class="end small muted">{clockTime(summary.lastMessageAt)}</span>
                  )}
                </span>
                {summary.unread > 0 && <span class="badge-inline">{summary.unread} new</span>}
              </button>
            </li>
          ))}
        </ul>
        {conversations.hasMore.value && (
          <button class="button quiet" onClick={() => attempt(() => conversations.readMore())}>
            Show more
          </button>
        )}
      </div>
    </>
  );
}

export const messagesPanel: Panel = {
  id: 'messages',
  title: 'Messages',
  icon: 'mail',
  badge: ({ conversations }) => conversations.unread.value,
  View: MessagesView,
};
