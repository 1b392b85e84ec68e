/** The panel of notifications: what has happened for the visitor, also while away. */
import type { JSX } from 'preact';
import { clockTime } from '../../ui/clock-time';
import { attempt } from '../../ui/toasts';
import type { Panel, PanelProps } from '../panel';

function NotificationsView({ play }: PanelProps): JSX.Element {
  const { notices } = play;
  return (
    <>
      <div class="panel-head">
        <h2>Notifications</h2>
        {notices.list.value.length > 0 && (
          <button class="button compact quiet end" onClick={() => attempt(() => notices.readAll())}>
            Mark all as read
          </button>
        )}
      </div>
      <div class="panel-body">
        {notices.list.value.length === 0 && <p class="empty">Nothing new.</p>}
        <ul class="rows">
          {notices.list.value.map(({ id, title, body, count, createdAt }) => (
            <li key={id} class="row">
              <div class="row-title">
                <strong>
                  {title}
                  {count > 1 && ` (${count})`}
                </strong>
                <span class="end small muted">{clockTime(createdAt)}</span>
              </div>
              {body !== undefined && <p class="small">{body}</p>}
              <div class="row-actions">
                <button class="button compact quiet" onClick={() => attempt(() => notices.read(id))}>
                  Mark as read
                </button>
              </div>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

export const notificationsPanel: Panel = {
  id: 'notifications',
  title: 'Notifications',
  icon: 'bell',
  badge: ({ notices }) => notices.unread.value,
  View: NotificationsView,
};
