/** The panel of the account: the name, the status that others see, keeping a guest, and logging out. */
import { signal } from '@preact/signals';
import type { PresenceStatus } from '@aeturnis/contracts';
import type { JSX } from 'preact';
import { AccountForm } from '../../session/account-form';
import { attempt, showToast } from '../../ui/toasts';
import { KEYS } from '../../key-help';
import type { Panel, PanelProps } from '../panel';
import { requestLogOut } from './log-out';
import './account.css';

const STATUSES = ['online', 'away', 'busy', 'invisible'] as const satisfies readonly PresenceStatus[];
const status = signal<PresenceStatus>('online');

function AccountView({ play }: PanelProps): JSX.Element {
  const { profile, client, session, hero } = play;
  const { value: own } = profile;
  const setStatus = (next: PresenceStatus): void => {
    status.value = next;
    attempt(() => client.request('presence:update', { status: next }));
  };
  const keep = async (username: string, password: string): Promise<void> => {
    await session.register(username, password);
    if (own) profile.value = { ...own, isGuest: false, login: username };
    showToast('Kept: log in with this name from anywhere.');
  };
  return (
    <>
      <div class="panel-head">
        <h2>{own?.displayName ?? hero.value?.name ?? 'Account'}</h2>
        {own && <span class="end chip">{own.isGuest ? 'guest' : own.login}</span>}
      </div>
      <div class="panel-body account-panel">
        <label class="field">
          <span>Others see you as</span>
          <select
            class="input"
            value={status.value}
            onChange={({ currentTarget }) => setStatus(currentTarget.value as PresenceStatus)}
          >
            {STATUSES.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {own?.isGuest === true && (
          <section class="row keep">
            <h3>Keep your guest</h3>
            <p class="small muted">Idle guests are deleted. With a name and a password all of this stays yours.</p>
            <AccountForm action="Keep my guest" isNew={true} onSubmit={keep} />
          </section>
        )}
        <button class="button" onClick={requestLogOut}>
          Log out
        </button>
        <h3 class="section-title" id="keys">
          Keys
        </h3>
        <dl class="keys">
          {KEYS.map(({ keys, meaning }) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <h3 class="section-title">For developers</h3>
        <p>
          <a href="/docs/events">Commands and events</a>, <a href="/docs">HTTP API</a>, <a href="/readme">README</a>
        </p>
      </div>
    </>
  );
}

export const accountPanel: Panel = { id: 'account', title: 'Account', icon: 'user', View: AccountView };
