/** Challenges, the current fight, watching another one, and the replay of a finished one. */
import type { JSX } from 'preact';
import type { Play } from '../../play/play';
import { attempt } from '../../ui/toasts';
import type { PanelProps } from '../panel';
import { Challenges } from './challenges';
import { CurrentFight } from './current-fight';
import { attack } from './start-fight';
import './fight.css';

export function FightView({ play }: PanelProps): JSX.Element {
  const { fight, world } = play;
  const monsters = world.nearby.value.filter(({ isMonster }) => isMonster).slice(0, 6);
  const isOver = !fight.value || fight.value.end !== null;
  return (
    <>
      <div class="panel-head">
        <h2>Fight</h2>
        <span class={`end chip ${world.ground.value === 'hostile' ? 'ground-hostile' : ''}`}>
          {world.ground.value === 'hostile' ? 'hostile ground' : 'safe ground'}
        </span>
      </div>
      <div class="panel-body">
        <Challenges play={play} />
        {fight.value && <CurrentFight key={fight.value.sessionId} play={play} fight={fight.value} />}
        {isOver && (
          <>
            <h3 class="section-title">Attack</h3>
            {monsters.length === 0 && (
              <p class="empty">
                No monster in view. The training yard east of the square has some that are easy to beat.
              </p>
            )}
            <ul class="rows">
              {monsters.map(({ id, name, level, distance }) => (
                <li key={id} class="row row-title">
                  <strong class="monster-name">{name}</strong>
                  <span class="small muted">
                    level {level}, {distance} away
                  </span>
                  <button class="button compact danger end" onClick={() => attempt(() => attack(play, id))}>
                    Attack
                  </button>
                </li>
              ))}
            </ul>
            <WatchForm play={play} />
          </>
        )}
      </div>
    </>
  );
}

function WatchForm({ play }: { readonly play: Play }): JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const id = new FormData(event.currentTarget as HTMLFormElement).get('fight');
    if (typeof id === 'string') attempt(() => play.client.combat.spectate(id.trim()));
  };
  return (
    <form class="compose watch-form" onSubmit={submit}>
      <input
        class="input"
        name="fight"
        aria-label="Id of a fight to watch"
        placeholder="Id of a fight to watch"
        required
      />
      <button class="button">Watch</button>
    </form>
  );
}
