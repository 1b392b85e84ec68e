/** The frame of the console: navigation, who is logged in, and the view. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Icon } from '../ui/icon';
import type { Admin } from './admin';
import { linkToView, route } from './route';
import { closeDialog } from './ui/action-dialog';
import { VIEWS } from './views';

interface ShellProps {
  readonly admin: Admin;
  readonly onLogOut: () => void;
}

export function Shell({ admin, onLogOut }: ShellProps): JSX.Element {
  const { view, subject } = route.value;
  const shown = VIEWS.find(({ id }) => id === view) ?? VIEWS[0];
  // Its subject is not shown any more.
  useEffect(() => closeDialog, [shown.id, subject]);
  const isLive = admin.phase.value === 'live';
  return (
    <div class="console">
      <header class="console-header">
        <strong class="console-brand">Aeturnis console</strong>
        <p class="console-state small" role="status">
          <span class={isLive ? 'dot good' : 'dot busy'} />
          {isLive ? 'live' : 'reconnecting'}
        </p>
        <button class="button quiet compact" onClick={onLogOut}>
          Log out
        </button>
      </header>
      <nav class="rail" aria-label="Views">
        <ul>
          {VIEWS.map(({ id, title, icon }) => (
            <li key={id}>
              <a class="rail-link" href={linkToView(id)} aria-current={id === shown.id ? 'page' : undefined}>
                <Icon name={icon} />
                {title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main class="view">
        <shown.View key={`${shown.id}/${subject}`} admin={admin} subject={subject} />
      </main>
    </div>
  );
}
