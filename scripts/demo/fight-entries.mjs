// Describes the entries of a fight's log in words.

/** `names`: of the participants, by id. Returns undefined for an entry that needs no line. */
export function describeEntry(entry, names) {
  const name = (id) => names.get(id) ?? id;
  const target = name(entry.targetId);
  switch (entry.type) {
    case 'round':
      return `round ${entry.round}: ${entry.order.map(name).join(', ')}`;
    case 'joined':
      return `${entry.participant.name} joins`;
    case 'action':
      return entry.missed ? `${name(entry.actorId)} misses the turn` : `${name(entry.actorId)}: ${wordsOf(entry)}`;
    case 'strike':
      return entry.hit
        ? `  hits ${target}${entry.critical ? ', critically,' : ''} for ${entry.damage} (${entry.health} left)`
        : `  misses ${target}`;
    case 'healing':
      return `  heals ${target} by ${entry.amount}`;
    case 'effect':
      return `  ${target} is ${wordsOf({ action: entry.effect })} for ${entry.turns} turns`;
    case 'effect_damage':
      return `  ${target} takes ${entry.damage} from ${wordsOf({ action: entry.effect })}`;
    case 'stunned':
      return `  ${target} is stunned`;
    case 'down':
      return `  ${target} is defeated`;
    case 'ended':
      return `the fight is over: ${entry.result}`;
    default:
      return undefined;
  }
}

const wordsOf = ({ action, skillId, itemId }) => (skillId ?? itemId ?? action).replaceAll('_', ' ');
