/** A participant of a fight with health and energy. */
import type { CombatParticipant } from '@aeturnis/contracts';
import type { JSX } from 'preact';

interface ParticipantBarProps {
  readonly participant: CombatParticipant;
  readonly isOwn: boolean;
  readonly isActing: boolean;
}

export function ParticipantBar({ participant, isOwn, isActing }: ParticipantBarProps): JSX.Element {
  const { name, kind, level, health, maxHealth, energy, status, effects, isMonster, isDefending } = participant;
  const marks = [
    ...(status === 'fighting' ? [] : [status]),
    ...(isDefending ? ['defends'] : []),
    ...effects.map(({ id, turns }) => `${id} ${turns}`),
  ];
  return (
    <li class={`participant ${isActing ? 'is-acting' : ''} ${isMonster ? 'is-monster' : isOwn ? 'is-own' : ''}`}>
      <div class="row-title">
        <strong>{name.replace(/_/g, ' ')}</strong>
        <span class="small muted">
          {isMonster ? '' : `${kind} `}
          {level}
          {marks.length > 0 && ` · ${marks.join(', ')}`}
        </span>
        <span class="end small figures">
          {health}/{maxHealth} · {energy} energy
        </span>
      </div>
      <meter class="health" min={0} max={maxHealth} value={health} aria-label={`Health of ${name}`} />
    </li>
  );
}
