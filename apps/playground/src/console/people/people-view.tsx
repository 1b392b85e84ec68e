/** The users, by name or login, and one of them in full. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { linkToView } from '../route';
import { formatTime } from '../ui/format';
import { PagedList } from '../ui/paged-list';
import { SearchField } from '../ui/search-field';
import type { View, ViewProps } from '../view';
import { PersonView } from './person-view';

interface ListedUser {
  readonly id: string;
  readonly login?: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly status: string;
  readonly isGuest: boolean;
  readonly lastSeenAt?: string | null;
}

interface UserPage {
  readonly users: readonly ListedUser[];
  readonly next?: string;
}

function PeopleView({ admin, subject }: ViewProps): JSX.Element {
  const [query, setQuery] = useState('');
  const [login, setLogin] = useState('');
  if (subject !== '') return <PersonView admin={admin} userId={subject} />;
  const load = async (cursor: string | undefined) => {
    const { users, next } = await admin.api.get<UserPage>('users', login === '' ? { query, cursor } : { login });
    return { rows: users, next };
  };
  return (
    <>
      <h1>People</h1>
      <div class="search-row">
        <SearchField label="Display name begins with" onSearch={setQuery} />
        <SearchField label="Or the login of one user" onSearch={setLogin} />
      </div>
      <PagedList
        caption="Users"
        columns={['Name', 'Login', 'Roles', 'State', 'Last seen']}
        search={`${query}/${login}`}
        empty="No user is called so."
        load={load}
        row={(user) => (
          <tr key={user.id}>
            <td>
              <a href={linkToView('people', user.id)}>{user.displayName}</a>
            </td>
            <td>{user.isGuest ? <span class="muted">guest</span> : user.login}</td>
            <td>{user.roles.join(', ')}</td>
            <td>{user.status}</td>
            <td class="figures">{formatTime(user.lastSeenAt)}</td>
          </tr>
        )}
      />
    </>
  );
}

export const peopleView: View = { id: 'people', title: 'People', icon: 'people', View: PeopleView };
