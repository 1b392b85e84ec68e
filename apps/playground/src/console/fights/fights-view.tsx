/** The active fights, and how to end one as a draw. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { linkToView } from '../route';
import { askFor } from '../ui/action-dialog';
import { formatTime } from '../ui/format';
import { PagedList } from '../ui/paged-list';
import type { View, ViewProps } from '../view';

interface ActiveFight {
  readonly sessionId: string;
  readonly mode: string;
  readonly zone: string;
  readonly players: readonly { readonly userId: string; readonly characterId: string; readonly name: string }[];
  readonly startedAt: string;
}

interface FightPage {
  readonly fights: readonly ActiveFight[];
  readonly next: string | null;
}

const REFRESH_MS = 5_000;

function FightsView({ admin }: ViewProps): JSX.Element {
  const [version, setVersion] = useState(0);
  const load = async (cursor: string | undefined) => {
    const { fights, next } = await admin.api.get<FightPage>('combats', { cursor });
    return { rows: fights, next };
  };
  const end = ({ sessionId, players }: ActiveFight): void =>
    askFor({
      title: 'End this fight as a draw',
      explanation: `${players.map(({ name }) => name).join(', ')}: no winner and no rewards; used items are returned.`,
      label: 'End as a draw',
      done: 'The fight has ended as a draw',
      run: async (reason) => {
        await admin.api.post(`combats/${sessionId}/end`, { reason });
        setVersion((current) => current + 1);
      },
    });
  return (
    <>
      <h1>Fights</h1>
      <PagedList
        caption="Active fights"
        columns={['Since', 'Kind', 'Zone', 'Players', 'Actions']}
        search=""
        everyMs={REFRESH_MS}
        version={version}
        empty="No fight is going on."
        load={load}
        row={(fight) => (
          <tr key={fight.sessionId}>
            <td class="figures">{formatTime(fight.startedAt)}</td>
            <td>{fight.mode}</td>
            <td>{fight.zone}</td>
            <td>
              {fight.players.map(({ characterId, userId, name }) => (
                <a key={characterId} class="list-link" href={linkToView('people', userId)}>
                  {name}
                </a>
              ))}
            </td>
            <td>
              <button class="button compact" onClick={() => end(fight)}>
                End
              </button>
            </td>
          </tr>
        )}
      />
    </>
  );
}

export const fightsView: View = { id: 'fights', title: 'Fights', icon: 'sword', View: FightsView };
