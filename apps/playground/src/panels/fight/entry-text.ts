/** What an entry of a fight's log says in words. */
import type { CombatEntry } from '@aeturnis/contracts';

const words = (id: string): string => id.replace(/_/g, ' ');

/** Undefined for entries that are shown otherwise, such as whose turn it is. */
export function entryText(entry: CombatEntry, nameOf: (id: string) => string): string | undefined {
  switch (entry.type) {
    case 'round':
      return `Round ${entry.round}`;
    case 'joined':
      return `${entry.participant.name} joins`;
    case 'action':
      return `${nameOf(entry.actorId)}: ${words(entry.skillId ?? entry.itemId ?? entry.action)}${entry.missed ? ' (too late)' : ''}`;
    case 'strike':
      if (!entry.hit) return `${nameOf(entry.actorId)} misses ${nameOf(entry.targetId)}`;
      return `${nameOf(entry.targetId)} −${entry.damage}${entry.critical ? ', critical!' : ''}${entry.absorbed > 0 ? ` (${entry.absorbed} absorbed)` : ''}`;
    case 'healing':
      return `${nameOf(entry.targetId)} +${entry.amount}`;
    case 'effect':
      return `${nameOf(entry.targetId)}: ${words(entry.effect)}, ${entry.turns} turns`;
    case 'effect_damage':
      return `${nameOf(entry.targetId)} −${entry.damage} by ${words(entry.effect)}`;
    case 'effect_ended':
      return `${words(entry.effect)} of ${nameOf(entry.targetId)} ends`;
    case 'stunned':
      return `${nameOf(entry.targetId)} is stunned`;
    case 'down':
      return `${nameOf(entry.targetId)} is down`;
    case 'flight':
      return `${nameOf(entry.actorId)} ${entry.succeeded ? 'flees' : 'cannot flee'}`;
    case 'left':
      return `${nameOf(entry.actorId)} leaves`;
    case 'ended':
      return `The fight has ended: ${entry.result}`;
    default:
      return undefined;
  }
}
