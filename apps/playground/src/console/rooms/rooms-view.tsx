/** The rooms of all nodes, and the users in one of them. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Admin } from '../admin';
import { linkToView } from '../route';
import { PagedList } from '../ui/paged-list';
import { SearchField } from '../ui/search-field';
import type { View, ViewProps } from '../view';

interface RoomsPage {
  readonly rooms: readonly { readonly name: string; readonly kind: string; readonly connections: number }[];
  readonly next?: string;
  readonly unansweredNodes: readonly string[];
}

interface MembersPage {
  readonly members: readonly { readonly userId: string; readonly name: string; readonly connections: number }[];
  readonly next?: string;
  readonly unansweredNodes: readonly string[];
}

function RoomsView({ admin, subject }: ViewProps): JSX.Element {
  const [query, setQuery] = useState('');
  if (subject !== '') return <RoomView admin={admin} room={subject} />;
  const load = async (cursor: string | undefined) => {
    const { rooms, next, unansweredNodes } = await admin.api.get<RoomsPage>('rooms', { query, cursor });
    return { rows: rooms, next, unansweredNodes };
  };
  return (
    <>
      <h1>Rooms</h1>
      <SearchField label="Name begins with" onSearch={setQuery} />
      <PagedList
        caption="Rooms"
        columns={['Room', 'Kind', 'Connections']}
        search={query}
        empty="No room matches."
        load={load}
        row={({ name, kind, connections }) => (
          <tr key={name}>
            <td>
              <a href={linkToView('rooms', name)}>{name}</a>
            </td>
            <td>{kind}</td>
            <td class="figures">{connections}</td>
          </tr>
        )}
      />
    </>
  );
}

function RoomView({ admin, room }: { readonly admin: Admin; readonly room: string }): JSX.Element {
  const path = `rooms/${encodeURIComponent(room)}/members`;
  const load = async (cursor: string | undefined) => {
    const { members, next, unansweredNodes } = await admin.api.get<MembersPage>(path, { cursor });
    return { rows: members, next, unansweredNodes };
  };
  return (
    <>
      <p>
        <a href={linkToView('rooms')}>All rooms</a>
      </p>
      <h1>{room}</h1>
      <PagedList
        caption={`Users in ${room}`}
        columns={['User', 'Connections']}
        search={room}
        empty="No user is in this room."
        load={load}
        row={({ userId, name, connections }) => (
          <tr key={userId}>
            <td>
              <a href={linkToView('people', userId)}>{name}</a>
            </td>
            <td class="figures">{connections}</td>
          </tr>
        )}
      />
    </>
  );
}

export const roomsView: View = { id: 'rooms', title: 'Rooms', icon: 'rooms', View: RoomsView };
