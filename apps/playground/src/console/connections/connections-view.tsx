/** The connections of all nodes. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { linkToView } from '../route';
import { formatBytes, formatTime } from '../ui/format';
import { PagedList } from '../ui/paged-list';
import { SearchField } from '../ui/search-field';
import type { View, ViewProps } from '../view';

interface ListedSocket {
  readonly socketId: string;
  readonly userId: string;
  readonly name: string;
  readonly nodeId: string;
  readonly transport: string;
  readonly connectedAt: string;
  readonly rooms: number;
  readonly unsentBytes: number;
}

interface SocketsPage {
  readonly sockets: readonly ListedSocket[];
  readonly next?: string;
  readonly unansweredNodes: readonly string[];
}

function ConnectionsView({ admin, subject }: ViewProps): JSX.Element {
  const [query, setQuery] = useState(subject);
  const load = async (cursor: string | undefined) => {
    const { sockets, next, unansweredNodes } = await admin.api.get<SocketsPage>('sockets', { query, cursor });
    return { rows: sockets, next, unansweredNodes };
  };
  return (
    <>
      <h1>Connections</h1>
      <SearchField label="Name or user id begins with, or a whole address" initial={subject} onSearch={setQuery} />
      <PagedList
        caption="Connections"
        columns={['User', 'Node', 'Transport', 'Since', 'Rooms', 'Unsent']}
        search={query}
        empty="No connection matches."
        load={load}
        row={(socket) => (
          <tr key={socket.socketId}>
            <td>
              <a href={linkToView('people', socket.userId)}>{socket.name}</a>
            </td>
            <td>{socket.nodeId}</td>
            <td>{socket.transport}</td>
            <td class="figures">{formatTime(socket.connectedAt)}</td>
            <td class="figures">{socket.rooms}</td>
            <td class="figures">{formatBytes(socket.unsentBytes)}</td>
          </tr>
        )}
      />
    </>
  );
}

export const connectionsView: View = {
  id: 'connections',
  title: 'Connections',
  icon: 'link',
  View: ConnectionsView,
};
