/** The actions that are legal now, as buttons: one for each target. The server has listed them; the page knows no rules. */
import type { ChosenAction } from '@aeturnis/client';
import type { LegalCombatAction } from '@aeturnis/contracts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Play } from '../../play/play';
import { attempt } from '../../ui/toasts';

interface Choice {
  readonly key: string;
  readonly text: string;
  readonly action: ChosenAction;
}

interface LegalActionsProps {
  readonly play: Play;
  readonly legal: readonly LegalCombatAction[];
  readonly nameOf: (id: string) => string;
}

export function choicesOf(legal: readonly LegalCombatAction[], nameOf: (id: string) => string): Choice[] {
  return legal.flatMap((action) => {
    const targets = 'targetIds' in action ? action.targetIds : [];
    const [title, base] = titleAndBase(action);
    if (targets.length === 0) return [{ key: title, text: title, action: base }];
    return targets.map((targetId) => ({
      key: `${title} ${targetId}`,
      text: targets.length === 1 ? title : `${title} → ${nameOf(targetId)}`,
      action: { ...base, targetId },
    }));
  });
}

function titleAndBase(action: LegalCombatAction): [title: string, base: ChosenAction] {
  const words = (id: string): string => `${id.charAt(0).toUpperCase()}${id.slice(1).replace(/_/g, ' ')}`;
  if (action.type === 'skill')
    return [`${words(action.skillId)} (${action.cost})`, { type: 'skill', skillId: action.skillId }];
  if (action.type === 'item')
    return [`${words(action.itemId)} × ${action.count}`, { type: 'item', itemId: action.itemId }];
  return [words(action.type), { type: action.type }];
}

export function LegalActions({ play, legal, nameOf }: LegalActionsProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const act = (action: ChosenAction): void => {
    setBusy(true);
    attempt(() => play.client.combat.act(action).finally(() => setBusy(false)));
  };
  return (
    <div class="fight-actions" role="group" aria-label="Your actions">
      {choicesOf(legal, nameOf).map(({ key, text, action }, index) => (
        <button
          key={key}
          class={`button compact ${action.type === 'attack' ? 'primary' : ''}`}
          disabled={isBusy}
          onClick={() => act(action)}
        >
          {index < 4 && <kbd>{index + 1}</kbd>}
          {text}
        </button>
      ))}
    </div>
  );
}
