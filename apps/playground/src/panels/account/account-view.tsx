/** The name of the account, the status that others see, keeping a guest, and logging out. */
import type { PresenceStatus } from '@aeturnis/contracts';
import type { JSX } from 'preact';
import { AccountForm } from '../../session/account-form';
import { LogOutButton } from '../../session/log-out-button';
import { attempt, showToast } from '../../ui/toasts';
import { KEYS } from '../../key-help';
import type { PanelProps } from '../panel';
import { requestLogOut } from './log-out';
import './account.css';

const STATUSES = ['online', 'away', 'busy', 'invisible'] as const satisfies readonly PresenceStatus[];

export function AccountView({ play }: PanelProps): JSX.Element {
  const { profile, presence, client, session, hero } = play;
  const { value: own } = profile;
  const setStatus = (status: PresenceStatus): void => {
    const { value: before } = presence;
    presence.value = status;
    attempt(() =>
      client.request('presence:update', { status }).catch((error: unknown) => {
        presence.value = before;
        throw error;
      }),
    );
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
            value={presence.value}
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
        <LogOutButton session={session} onLogOut={requestLogOut} />
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
