/** The panel of what is around: every player, monster and exit with all that can be done, and the users who are blocked. */
import { useSignal } from '@preact/signals';
import type { BlocksView } from '@aeturnis/contracts';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { getJson } from '../../session/account-api';
import { attempt, showToast } from '../../ui/toasts';
import { EXIT_REACH, type NearbyExit } from '../../world/world-store';
import { wordsOf } from '../../world/zone-map';
import type { Panel, PanelProps } from '../panel';
import { NearbyRow } from './nearby-row';
import { walkTo } from './walk-to';

function PeopleView({ play }: PanelProps): JSX.Element {
  const { world, client, session } = play;
  const blocks = useSignal<BlocksView['blocks']>([]);
  const readBlocks = async (): Promise<void> => {
    const { blocks: read } = await getJson<BlocksView>('/api/blocks', await session.freshToken());
    blocks.value = read;
  };
  useEffect(() => {
    attempt(readBlocks);
    return () => (world.isListInUse = false);
  }, []);
  const block = async (characterId: string, name: string): Promise<void> => {
    await client.request('block:add', { characterId });
    showToast(`${name} is blocked: nothing of them reaches you.`);
    await readBlocks();
  };
  const unblock = async (userId: string): Promise<void> => {
    await client.request('block:remove', { userId });
    await readBlocks();
  };
  const leave = (exit: NearbyExit): void => {
    if (exit.distance <= EXIT_REACH) return attempt(() => world.exit(exit.id));
    walkTo(play, { id: exit.id, name: `the way to ${wordsOf(exit.to)}`, position: () => exit }, () =>
      attempt(() => world.exit(exit.id)),
    );
  };
  return (
    <>
      <div class="panel-head">
        <h2>Around you</h2>
        <span class="end small muted">
          {world.nearby.value.length} in view, {world.population.value ?? '…'} players in the zone
        </span>
      </div>
      <div class="panel-body">
        {world.nearby.value.length === 0 && <p class="empty">There is no one in view. Walk on.</p>}
        <ul
          class="rows"
          onPointerEnter={() => (world.isListInUse = true)}
          onPointerLeave={() => (world.isListInUse = false)}
          onFocusIn={() => (world.isListInUse = true)}
          onFocusOut={() => (world.isListInUse = false)}
        >
          {world.nearby.value.map((nearby) => (
            <NearbyRow key={nearby.id} play={play} nearby={nearby} onBlock={block} />
          ))}
        </ul>
        <h3 class="section-title">Ways out</h3>
        <ul class="rows">
          {world.exits.value.map((exit) => (
            <li key={exit.id} class="row">
              <div class="row-title">
                <strong>{wordsOf(exit.to)}</strong>
                <span class="end small muted figures">{exit.distance} away</span>
              </div>
              <div class="row-actions">
                <button class="button compact" onClick={() => leave(exit)}>
                  {exit.distance <= EXIT_REACH ? 'Go through' : 'Walk there and go'}
                </button>
              </div>
            </li>
          ))}
        </ul>
        {blocks.value.length > 0 && (
          <>
            <h3 class="section-title">Blocked</h3>
            <ul class="rows">
              {blocks.value.map(({ userId, name }) => (
                <li key={userId} class="row">
                  <div class="row-title">
                    <strong>{name}</strong>
                    <button class="button compact quiet end" onClick={() => attempt(() => unblock(userId))}>
                      Unblock
                    </button>
                  </div>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </>
  );
}

export const peoplePanel: Panel = { id: 'people', title: 'Around you', icon: 'people', View: PeopleView };
